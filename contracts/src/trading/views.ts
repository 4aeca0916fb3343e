import { z } from "zod";
import { Decimal, Money, Price, Volume } from "../decimals.ts";
import { AccountId, ExecutionId, InstrumentSymbol, OrderId, Position } from "../ids.ts";
import { page, paging, query } from "../messages.ts";
import { accountTerms } from "./accounts.ts";
import { RejectReason } from "./broker-messages.ts";
import { TransactionView } from "./ledger.ts";
import { OrderKind, Side, TimeInForce } from "./order-words.ts";
import { PaperTerms } from "./paper-venue.ts";
import { TradingState } from "./trading-state.ts";
import { Trailing } from "./trailing.ts";

export const OrderStatus = z.enum(["open", "filled", "cancelled", "rejected"]).meta({ id: "OrderStatus" });
export type OrderStatus = z.output<typeof OrderStatus>;

export const AccountView = z
  .object({
    accountId: AccountId,
    ...accountTerms,
    balance: Money,
    /** What was lent to it: it counts as equity, and cannot be withdrawn. */
    credit: Money,
    /** The account's own; its tenant and the platform may restrict it further. */
    tradingState: TradingState,
    restrictedBecause: z.string().optional(),
    /** How the paper venue fills its orders, where that was set. */
    paperTerms: PaperTerms.optional(),
    openedAt: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "Account" });
export type AccountView = z.output<typeof AccountView>;

export const OrderView = z
  .object({
    orderId: OrderId,
    accountId: AccountId,
    symbol: InstrumentSymbol,
    side: Side,
    kind: OrderKind,
    status: OrderStatus,
    volume: Volume,
    filled: Decimal,
    limitPrice: Price.optional(),
    stopPrice: Price.optional(),
    trailing: Trailing.optional(),
    timeInForce: TimeInForce,
    expiresAt: z.iso.datetime().optional(),
    reduceOnly: z.boolean(),
    /** The orders that are cancelled once this one is filled, and it with any of them. */
    oco: z.array(OrderId).optional(),
    /** Its stop price was reached. */
    triggered: z.boolean(),
    averagePrice: Price.optional(),
    /** Why it was rejected, in the venue's words too. */
    rejectReason: RejectReason.optional(),
    rejectDetail: z.string().optional(),
    placedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "Order" });
export type OrderView = z.output<typeof OrderView>;

export const ExecutionView = z
  .object({
    executionId: ExecutionId,
    orderId: OrderId,
    accountId: AccountId,
    symbol: InstrumentSymbol,
    side: Side,
    volume: Volume,
    price: Price,
    at: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "Execution" });
export type ExecutionView = z.output<typeof ExecutionView>;

/** An open position. Money is in the account's currency. */
export const PositionView = z
  .object({
    accountId: AccountId,
    /** In netting the symbol, in hedging the id of the order that opened it. */
    positionId: z.string(),
    symbol: InstrumentSymbol,
    side: Side,
    volume: Volume,
    averagePrice: Price,
    /** What its closed parts have earned. */
    realised: Money,
    /** What its nights have earned; negative where they cost. */
    swap: Money,
    stopLoss: Price.optional(),
    takeProfit: Price.optional(),
    /** The stop loss follows the market. */
    trailingStop: Trailing.optional(),
    openedAt: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "OpenPosition" });
export type PositionView = z.output<typeof PositionView>;

const pages = paging(1000, 100);

export const tradingQueries = {
  accounts: query("accounts", z.object(pages), page(AccountView)),
  account: query("account", z.object({ accountId: AccountId }), AccountView),
  orders: query(
    "orders",
    z.object({ accountId: AccountId, status: OrderStatus.optional(), ...pages }),
    page(OrderView),
  ),
  order: query("order", z.object({ accountId: AccountId, orderId: OrderId }), OrderView),
  executions: query("executions", z.object({ accountId: AccountId, ...pages }), page(ExecutionView)),
  ledger: query("ledger", z.object({ accountId: AccountId, ...pages }), page(TransactionView)),
  positions: query("positions", z.object({ accountId: AccountId }), z.object({ items: z.array(PositionView) })),
} as const;
