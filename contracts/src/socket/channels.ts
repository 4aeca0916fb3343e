import type { z } from "zod";
import { Bar } from "../market-data/bars.ts";
import { Quote } from "../market-data/queries.ts";
import type { Role } from "../principal.ts";
import type { Aggregate } from "../streams.ts";
import { accountEvents } from "../trading/accounts.ts";
import { LiveState } from "../trading/live-state.ts";

/** Newest wins: a client that reads slowly misses what was overtaken, never the newest. */
interface ConflatedChannel {
  readonly kind: "conflated";
  readonly summary: string;
  readonly roles: readonly Role[];
  readonly item: z.ZodType;
}

/** Every event, in order, each with its position; it can be resumed after any position ever given. */
export interface LosslessChannel {
  readonly kind: "lossless";
  readonly summary: string;
  readonly roles: readonly Role[];
  /** The streams that it shows; all of the tenant's where left out. */
  readonly aggregate?: Aggregate;
  /** The event types that it shows; all where left out. */
  readonly events?: readonly string[];
}

export type Channel = ConflatedChannel | LosslessChannel;

const { AccountOpened, CommissionCharged, SwapCharged, TradingStateChanged } = accountEvents;
const { FundsDeposited, FundsWithdrawn, CreditGiven, CreditTaken, BalanceAdjusted } = accountEvents;
const { OrderPlaced, OrderModified, OrderTriggered, OrderTrailed, OrderFilled, OrderCancelled } = accountEvents;
const { PositionOpened, PositionIncreased, PositionProtected, PositionReduced, PositionClosed } = accountEvents;
const { DealRecorded, DealCorrected, DealRevoked, BalanceReconciled, CreditReconciled } = accountEvents;
const { PositionReconciled, PositionVanished } = accountEvents;
const { OrderAcknowledged, OrderRejected, OrderReopened, OrderCancelRequested, OrderChangeRequested } = accountEvents;
const { LinkedOrdersFilled } = accountEvents;
const names = (...events: { readonly name: string }[]) => events.map(({ name }) => name);
const readers = ["admin", "trader", "viewer"] as const;

/** Every channel of the socket. The AsyncAPI document and the gateway's permission checks are made from it. */
export const channels = {
  quotes: { kind: "conflated", summary: "The newest prices of instruments", roles: readers, item: Quote },
  bars: { kind: "conflated", summary: "Bars as they grow and close", roles: readers, item: Bar },
  state: {
    kind: "conflated",
    summary: "What an account is worth at the newest quotes, at most four times a second",
    roles: readers,
    item: LiveState,
  },
  events: { kind: "lossless", summary: "Every event of the tenant", roles: readers },
  account: {
    kind: "lossless",
    summary: "Opening of accounts, every change of their money and of what they may trade",
    roles: readers,
    aggregate: "account",
    events: [
      ...names(AccountOpened, FundsDeposited, FundsWithdrawn, CreditGiven, CreditTaken, BalanceAdjusted),
      ...names(PositionReduced, PositionClosed, CommissionCharged, SwapCharged, TradingStateChanged),
      ...names(DealRecorded, DealCorrected, DealRevoked, BalanceReconciled, CreditReconciled),
    ],
  },
  orders: {
    kind: "lossless",
    summary: "Orders placed, modified, triggered, trailed, filled and cancelled",
    roles: readers,
    aggregate: "account",
    events: names(
      ...[OrderPlaced, OrderModified, OrderTriggered, OrderTrailed, OrderFilled, OrderCancelled],
      ...[OrderAcknowledged, OrderRejected, OrderReopened, OrderCancelRequested, OrderChangeRequested],
      LinkedOrdersFilled,
    ),
  },
  positions: {
    kind: "lossless",
    summary: "Positions opened, increased, protected, reduced and closed",
    roles: readers,
    aggregate: "account",
    events: names(
      ...[PositionOpened, PositionIncreased, PositionProtected, PositionReduced, PositionClosed],
      ...[PositionReconciled, PositionVanished],
    ),
  },
} as const satisfies Record<string, Channel>;

export type ChannelName = keyof typeof channels;
