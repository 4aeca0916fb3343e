import { z } from "zod";
import { Decimal, Money, Price, Volume } from "../decimals.ts";
import { AccountId, ExecutionId, InstrumentSymbol, OrderId } from "../ids.ts";
import { command, event, type MessageOf } from "../messages.ts";
import { InstructionId, Report } from "../terminal/expert-messages.ts";
import { U64 } from "../terminal/u64.ts";
import { BrokerDeal, BrokerState, Ticket } from "./broker-state.ts";
import { CancelReason, OrderKind, orderPrices, positionStops, Side } from "./order-words.ts";
import { QuoteUsed } from "./quote-used.ts";
import { Trailing } from "./trailing.ts";

/**
 * What is said between an account whose venue is a broker and the venue that speaks with the broker's terminal.
 * Described in docs/mt5-venue.md.
 */

const account = { accountId: AccountId };
const order = { ...account, orderId: OrderId };
const instruction = { ...account, instructionId: InstructionId };
const expiry = { expiresAt: z.iso.datetime().optional() };
/** In netting the symbol names a position, in hedging the id of the order that opened it; absent where that is not so. */
const positionName = { symbol: InstrumentSymbol, positionId: OrderId.optional() };

/** What is sent: `place` is of an order, also of one that closes a position. */
export const InstructionAction = z.enum(["place", "modify", "cancel", "protect", "close_by"]);
export type InstructionAction = z.output<typeof InstructionAction>;
const sending = {
  ...instruction,
  action: InstructionAction,
  magic: U64,
  deadline: z.iso.datetime(),
  /** Of all but what is of a position. */
  orderId: OrderId.optional(),
  /** Of `protect` and `close_by`: the position. */
  symbol: InstrumentSymbol.optional(),
  positionId: OrderId.optional(),
};

/**
 * Why an order did not come about at its venue. `venue`: the trade server said no. `terminal`: the terminal would not
 * send it. `too_late`: it could not be sent in time. `not_found`: nothing was heard of it, and the broker has nothing of it.
 */
export const RejectReason = z.enum(["venue", "terminal", "too_late", "not_found"]).meta({ id: "RejectReason" });
export type RejectReason = z.output<typeof RejectReason>;

/** Of the trade server: its number, and its name in the closed table of return codes. */
const answer = { retcode: z.int().optional(), code: z.string().optional(), detail: z.string() };

export const brokerCommands = {
  /** Before something is sent to the terminal. Refused where it must not be sent any more. */
  BeginInstruction: command("BeginInstruction", z.object(sending)),
  /** What was placed cannot be sent any more. */
  GiveUpOrder: command("GiveUpOrder", z.object({ ...order, detail: z.string() })),
  /** No report came in time, or it was cut off. */
  DoubtInstruction: command("DoubtInstruction", z.object({ ...instruction, detail: z.string() })),
  /** What the terminal's expert reported. */
  RecordReport: command("RecordReport", z.object({ ...account, report: Report })),
  /** What the broker has: deals, orders, positions. Evidence: it is never refused, and needs no quote. */
  RecordBrokerState: command("RecordBrokerState", z.object({ ...account, state: BrokerState })),
} as const;

/**
 * Why a broker's balance is another than its deals come to, by what evidence there is. `opening`: the account began with
 * it. `correction`: all deals since the account last had one are shown, none of them explains it, and whatever trading
 * brings is a deal. `unseen`: deals may have gone by, of trades as well. Absent in events of before.
 */
export const ReconciledBecause = z.enum(["opening", "correction", "unseen"]);
export type ReconciledBecause = z.output<typeof ReconciledBecause>;

const deal = { ...account, ticket: Ticket };
const traded = { volume: Volume, price: Price };
/** Of a deal that lends the account money or takes it back: what it changes the credit by. Its `amount` is zero then. */
const lent = { credit: Money.optional() };

export const brokerEvents = {
  /** Written before it is sent. */
  InstructionSent: event(
    "InstructionSent",
    z.object({
      ...sending,
      /** Of an order whose position's stop is to trail: where it begins. */
      stopLoss: Price.optional(),
    }),
  ),
  /** The trade server took it. An accepted order is not a filled one. */
  InstructionAccepted: event("InstructionAccepted", z.object({ ...instruction, ...answer })),
  /** It was not carried out, and will not be. */
  InstructionRejected: event("InstructionRejected", z.object({ ...instruction, ...answer, reason: RejectReason })),
  /** It may have been carried out or not. It is not sent again: evidence tells. */
  InstructionUnknown: event("InstructionUnknown", z.object({ ...instruction, ...answer })),
  /** What was not known is known now, and by what. */
  InstructionResolved: event(
    "InstructionResolved",
    z.object({
      ...instruction,
      outcome: z.enum(["carried_out", "not_carried_out"]),
      evidence: z.enum(["report", "order", "deal", "position", "absence"]),
    }),
  ),
  /** The broker holds it, under this ticket. */
  OrderAcknowledged: event("OrderAcknowledged", z.object({ ...order, ticket: Ticket })),
  OrderRejected: event("OrderRejected", z.object({ ...order, ...answer, remaining: Volume, reason: RejectReason })),
  /** It was taken for ended, and the broker shows that it was not. */
  OrderReopened: event(
    "OrderReopened",
    z.object({
      ...order,
      ...orderPrices,
      symbol: InstrumentSymbol,
      side: Side,
      kind: OrderKind,
      volume: Volume,
      remaining: Volume,
    }),
  ),
  /**
   * Both of two linked orders were filled before the cancel of the second got through: neither is taken back, the account
   * holds both.
   */
  LinkedOrdersFilled: event("LinkedOrdersFilled", z.object({ ...order, other: OrderId })),
  OrderCancelRequested: event("OrderCancelRequested", z.object({ ...order, reason: CancelReason })),
  OrderChangeRequested: event(
    "OrderChangeRequested",
    z.object({
      ...{ ...order, ...orderPrices, ...expiry },
      /** How its stop is to trail; or the quote that it is to follow, where nobody else moves it. */
      trailing: Trailing.optional(),
      quote: QuoteUsed.optional(),
    }),
  ),
  ProtectionRequested: event(
    "ProtectionRequested",
    z.object({
      ...{ ...account, ...positionName, ...positionStops },
      /** How the stop loss is to trail; and the quote that it is to follow, where nobody else moves it. */
      trailingStop: Trailing.optional(),
      quote: QuoteUsed.optional(),
    }),
  ),
  /** Two opposite positions are to close each other. */
  CloseByRequested: event(
    "CloseByRequested",
    z.object({ ...account, symbol: InstrumentSymbol, positionId: OrderId, by: OrderId }),
  ),
  /** A deal stands in the broker's records: a trade, of an order of ours or a stranger's, or money that moved. */
  DealRecorded: event(
    "DealRecorded",
    z.object({
      ...account,
      deal: BrokerDeal,
      orderId: OrderId.optional(),
      /** What it changes the balance by beside the profit of positions: commission, swap, fee, or the whole. */
      amount: Money,
      ...lent,
    }),
  ),
  /** The broker changed a deal. `amount` is the change of the balance. */
  DealCorrected: event("DealCorrected", z.object({ ...account, deal: BrokerDeal, amount: Money, ...lent })),
  /** The broker took a deal back. `amount` is the change of the balance. */
  DealRevoked: event(
    "DealRevoked",
    z.object({
      ...{ ...deal, amount: Money, ...lent },
      /** ENUM_DEAL_TYPE of the deal. Absent in events of before: it may have been any. */
      type: z.int().optional(),
    }),
  ),
  /** An execution of an order was corrected with its deal. */
  ExecutionCorrected: event(
    "ExecutionCorrected",
    z.object({ ...order, executionId: ExecutionId, ...traded, before: z.object(traded) }),
  ),
  /** An execution was taken back with its deal. */
  ExecutionRevoked: event("ExecutionRevoked", z.object({ ...order, executionId: ExecutionId, ...traded })),
  /** The account begins with what the broker has: these deals, all that can be seen, are in its balance and positions. */
  BrokerAdopted: event("BrokerAdopted", z.object({ ...account, deals: z.array(Ticket) })),
  /** The broker holds another position than its deals come to: it is as the broker says. */
  PositionReconciled: event(
    "PositionReconciled",
    z.object({
      ...{ ...account, ...positionName },
      side: Side,
      volume: Volume,
      averagePrice: Price,
      margin: Money,
      /** What we took it for, in lots; below zero is sold. */
      before: Decimal,
    }),
  ),
  /** The broker holds nothing where its deals come to a position. */
  PositionVanished: event(
    "PositionVanished",
    z.object({
      ...{ ...account, ...positionName, side: Side, volume: Volume },
      /** In hedging: what the other positions of the instrument hold. */
      margin: Money.optional(),
    }),
  ),
  /** The broker has another balance than its deals come to: it is as the broker says. */
  BalanceReconciled: event(
    "BalanceReconciled",
    z.object({ ...account, balance: Money, difference: Money, reason: ReconciledBecause.optional() }),
  ),
  /** The broker has another credit than its deals come to: it is as the broker says. */
  CreditReconciled: event("CreditReconciled", z.object({ ...account, credit: Money, difference: Money })),
} as const;
export type BrokerCommand = MessageOf<typeof brokerCommands>;
export type BrokerEvent = MessageOf<typeof brokerEvents>;
