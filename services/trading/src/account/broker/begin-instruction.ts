import {
  type AccountCommand,
  type AccountEvent,
  type DataOf,
  magicOf,
  type OrderId,
  refuse,
} from "@tradesage/contracts";
import { text } from "../../calculation/decimal.ts";
import type { Moment } from "../../calculation/market.ts";
import type { Account } from "../account.ts";
import { keyOf } from "../position-name.ts";
import type { Broker } from "./broker.ts";
import { openingStop } from "./opening-stop.ts";

/**
 * What is to be sent is written first. Of all who want to send the same, one begins it.
 * @throws Refused INSTRUCTION_NOT_DUE where it must not be sent, or not any more; NO_QUOTE
 */
export function beginInstruction(
  account: Account,
  broker: Broker,
  instruction: DataOf<AccountCommand, "BeginInstruction">,
  moment: Moment,
): AccountEvent[] {
  const { instructionId, action, orderId, deadline } = instruction;
  if (!isDue(account, broker, instruction) || Date.parse(deadline) <= moment.at)
    return refuse("INSTRUCTION_NOT_DUE", undefined, { instructionId });
  const order = orderId === undefined || action === "cancel" ? undefined : account.orders.get(orderId);
  const asked = orderId === undefined ? undefined : broker.orders.get(orderId)?.asked;
  const stopLoss = order && openingStop(order, asked, moment);
  return [{ type: "InstructionSent", data: { ...instruction, ...(stopLoss !== undefined && { stopLoss }) } }];
}

function isDue(
  { accountId, orders, positions }: Account,
  broker: Broker,
  { instructionId, action, orderId, symbol, positionId, magic }: DataOf<AccountCommand, "BeginInstruction">,
): boolean {
  if (!broker.isAdopted || broker.instructions.has(instructionId)) return false;
  if (action === "protect" || action === "close_by") {
    const asked = action === "protect" ? broker.protections : broker.closings;
    const key = symbol !== undefined && keyOf({ symbol, positionId });
    if (key === false || !asked.has(key) || !positions.has(key)) return false;
    return !broker.instructions.some(({ position }) => position !== undefined && keyOf(position) === key);
  }
  const order = orderId === undefined ? undefined : broker.orders.get(orderId);
  if (orderId === undefined || !order || !orders.has(orderId)) return false;
  if (action === "place") return !order.isBegun && magic === magicOf(accountId, orderId);
  if (order.ticket === undefined || isUnderWay(broker, orderId)) return false;
  return order.asked?.what === (action === "cancel" ? "cancel" : "change");
}

const isUnderWay = ({ instructions }: Broker, orderId: OrderId): boolean =>
  instructions.some((instruction) => instruction.orderId === orderId);

/** An order that could not be sent in time. @throws Refused INSTRUCTION_NOT_DUE where it was sent, or has ended */
export function giveUpOrder(
  account: Account,
  broker: Broker,
  { orderId, detail }: DataOf<AccountCommand, "GiveUpOrder">,
): AccountEvent[] {
  const order = broker.orders.get(orderId);
  if (!order || order.isBegun || !account.orders.has(orderId))
    return refuse("INSTRUCTION_NOT_DUE", undefined, { orderId });
  const remaining = text(order.remaining);
  return [
    { type: "OrderRejected", data: { accountId: account.accountId, orderId, remaining, reason: "too_late", detail } },
  ];
}

/** What was sent, and of which nothing was heard in time. */
export function doubtInstruction(
  { accountId }: Account,
  broker: Broker,
  { instructionId, detail }: DataOf<AccountCommand, "DoubtInstruction">,
): AccountEvent[] {
  if (broker.instructions.get(instructionId)?.status !== "sent") return [];
  return [{ type: "InstructionUnknown", data: { accountId, instructionId, detail } }];
}
