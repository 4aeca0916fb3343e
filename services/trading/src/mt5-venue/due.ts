import type { OrderId } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import type { Broker } from "../account/broker/broker.ts";
import { keyOf, type Named } from "../account/position-name.ts";

/** Something that is to be sent to the broker: of an order, or of a position. */
export type Due =
  | { readonly action: "place" | "modify" | "cancel"; readonly orderId: OrderId }
  | ({ readonly action: "protect" | "close_by" } & Named);

/** What the account wants of its broker and has not begun to send. */
export function dueOf({ orders }: Account, broker: Broker): Due[] {
  const due: Due[] = [];
  const ordersUnderWay = new Set(broker.instructions.valueSeq().map(({ orderId }) => orderId));
  const positionsUnderWay = new Set(broker.instructions.valueSeq().map(({ position }) => position && keyOf(position)));
  for (const orderId of orders.keys()) {
    const order = broker.orders.get(orderId);
    if (!order) continue;
    if (!order.isBegun) due.push({ action: "place", orderId });
    else if (order.asked && order.ticket !== undefined && !ordersUnderWay.has(orderId)) {
      due.push({ action: order.asked.what === "cancel" ? "cancel" : "modify", orderId });
    }
  }
  for (const [action, asked] of [["protect", broker.protections] as const, ["close_by", broker.closings] as const]) {
    for (const [key, { symbol, positionId }] of asked)
      if (!positionsUnderWay.has(key)) due.push({ action, symbol, ...(positionId !== undefined && { positionId }) });
  }
  return due;
}

/** What a due thing is about. */
export const subjectOf = (due: Due): string => ("orderId" in due ? `order ${due.orderId}` : `position ${keyOf(due)}`);

/** Whether something of the account is at the broker, or on its way, and has to be watched closely. */
export const isUnsettled = ({ orders }: Account, broker: Broker): boolean =>
  broker.instructions.size > 0 ||
  orders.some((order, orderId) => {
    const known = broker.orders.get(orderId);
    return (
      known?.isBegun === true && (order.kind === "market" || known.cancelled !== undefined || known.asked !== undefined)
    );
  });
