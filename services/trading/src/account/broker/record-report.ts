import {
  type AccountCommand,
  type AccountEvent,
  type DataOf,
  type RejectReason,
  type Report,
  returnCodeOf,
} from "@tradesage/contracts";
import { text } from "../../calculation/decimal.ts";
import type { Account } from "../account.ts";
import type { Broker, OpenInstruction } from "./broker.ts";
import { chainFrom } from "./chain.ts";
import { changeAsAsked } from "./change-as-asked.ts";
import { askedBy, protectAsAsked } from "./protect-as-asked.ts";
import { resolve } from "./resolve.ts";

type RecordReport = DataOf<AccountCommand, "RecordReport">;
type Answered = Extract<Report, { outcome: "answered" }>;

/** What the terminal reported. A report that tells nothing new, or of something that is settled, changes nothing. */
export function recordReport(account: Account, broker: Broker, { report }: RecordReport): AccountEvent[] {
  const { accountId } = account;
  const sent = broker.instructions.get(report.id);
  if (!sent) return [];
  const told = { accountId, instructionId: report.id, detail: report.detail };
  switch (report.outcome) {
    case "unknown":
      return sent.status === "unknown" ? [] : [{ type: "InstructionUnknown", data: told }];
    case "refused":
    case "expired":
      return rejected(account, broker, sent, told, report.outcome === "refused" ? "terminal" : "too_late");
    case "answered": {
      const { name: code, meaning } = returnCodeOf(report.retcode);
      const answer = { ...told, retcode: report.retcode, code };
      if (meaning === "rejected") return rejected(account, broker, sent, answer, "venue");
      if (meaning === "doubt") return sent.status === "unknown" ? [] : [{ type: "InstructionUnknown", data: answer }];
      return accepted(account, broker, sent, answer, report);
    }
  }
}

interface Answer {
  readonly accountId: string;
  readonly instructionId: string;
  readonly detail: string;
  readonly retcode?: number;
  readonly code?: string;
}

function rejected(
  { accountId, orders }: Account,
  broker: Broker,
  { action, orderId }: OpenInstruction,
  { instructionId, ...answer }: Answer,
  reason: RejectReason,
): AccountEvent[] {
  const order = orderId === undefined ? undefined : broker.orders.get(orderId);
  // Evidence is above an answer: what the broker has was not rejected.
  if (action === "place" && order?.ticket !== undefined) return [];
  const no: AccountEvent = { type: "InstructionRejected", data: { ...answer, instructionId, reason } };
  if (action !== "place" || orderId === undefined || !order || !orders.has(orderId)) return [no];
  const data = { ...answer, accountId, orderId, remaining: text(order.remaining), reason };
  return [no, { type: "OrderRejected", data }];
}

function accepted(
  account: Account,
  broker: Broker,
  { action, orderId, position, status }: OpenInstruction,
  answer: Answer,
  { order: ticket }: Answered,
): AccountEvent[] {
  const chain = chainFrom(account);
  const { accountId, instructionId } = answer;
  if (status === "sent") chain.add({ type: "InstructionAccepted", data: answer });
  else resolve(chain, instructionId, "carried_out", "report");
  const asked = action === "protect" && position && askedBy(broker, instructionId, position);
  if (asked) protectAsAsked(chain, asked);
  const order = orderId === undefined ? undefined : broker.orders.get(orderId);
  const open = orderId === undefined ? undefined : account.orders.get(orderId);
  if (orderId === undefined || !order) return [...chain.events];
  const isNew = order.ticket === undefined && ticket !== "0" && !broker.byTicket.has(ticket);
  if (action === "place" && isNew) chain.add({ type: "OrderAcknowledged", data: { accountId, orderId, ticket } });
  if (action === "modify" && open && order.asked?.what === "change") changeAsAsked(chain, orderId, open, order.asked);
  return [...chain.events];
}
