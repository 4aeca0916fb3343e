import { z } from "zod";
import { Decimal, Money, PositiveMoney, Price, Volume } from "../decimals.ts";
import { AccountId, Currency, ExecutionId, InstrumentSymbol, OrderId } from "../ids.ts";
import { command, event, type MessageOf } from "../messages.ts";

export const Side = z.enum(["buy", "sell"]).meta({ id: "Side" });
export type Side = z.output<typeof Side>;

/** Where orders execute. */
export const Venue = z.enum(["paper"]).meta({ id: "Venue" });
/** Netting: one position an instrument. */
export const PositionMode = z.enum(["netting"]).meta({ id: "PositionMode" });

export const OrderKind = z.enum(["market", "limit"]).meta({ id: "OrderKind" });
export type OrderKind = z.output<typeof OrderKind>;

export const CancelReason = z.enum(["requested"]).meta({ id: "CancelReason" });

const Reference = z.string().max(120);
const account = { accountId: AccountId };
const order = { ...account, orderId: OrderId };

/** The quote at which something was decided: doubles of the tick, written as decimals of the instrument's digits. */
export const QuoteUsed = z.object({ bid: Price, ask: Price, timeMsc: z.int() });
export type QuoteUsed = z.output<typeof QuoteUsed>;

const placement = {
  symbol: InstrumentSymbol,
  side: Side,
  volume: Volume,
};

export const accountCommands = {
  OpenAccount: command(
    "OpenAccount",
    z.object({
      ...account,
      name: z.string().trim().min(1).max(120).optional(),
      currency: Currency.default("USD"),
      leverage: z.int().min(1).max(5000).default(100),
      mode: PositionMode.default("netting"),
      venue: Venue.default("paper"),
    }),
  ),
  Deposit: command("Deposit", z.object({ ...account, amount: PositiveMoney, reference: Reference.optional() })),
  PlaceOrder: command(
    "PlaceOrder",
    z
      .object({ ...order, ...placement, kind: OrderKind, limitPrice: Price.optional() })
      .superRefine((placed, context) => {
        if ((placed.kind === "limit") === (placed.limitPrice !== undefined)) return;
        const message =
          placed.kind === "limit" ? "a limit order needs a limitPrice" : "only a limit order has a limitPrice";
        context.addIssue({ code: "custom", path: ["limitPrice"], message });
      }),
  ),
  CancelOrder: command("CancelOrder", z.object(order)),
  /** Sent by a venue: some or all of an order was executed. */
  RecordExecution: command(
    "RecordExecution",
    z.object({ ...order, executionId: ExecutionId, volume: Volume, price: Price, quote: QuoteUsed }),
  ),
} as const;
export type AccountCommand = MessageOf<typeof accountCommands>;

const position = { ...account, symbol: InstrumentSymbol, side: Side, executionId: ExecutionId };
/** What the position holds of the account's money after this, in the account's currency. */
const margin = Money;

export const accountEvents = {
  AccountOpened: event(
    "AccountOpened",
    z.object({
      ...account,
      name: z.string(),
      currency: Currency,
      leverage: z.int(),
      mode: PositionMode,
      venue: Venue,
    }),
  ),
  FundsDeposited: event(
    "FundsDeposited",
    z.object({ ...account, amount: Money, currency: Currency, reference: Reference.optional() }),
  ),
  OrderPlaced: event(
    "OrderPlaced",
    z.object({
      ...order,
      ...placement,
      kind: OrderKind,
      limitPrice: Price.optional(),
      /** What it reserves of the account's money while it is open, in the account's currency. */
      margin: Money,
    }),
  ),
  OrderFilled: event(
    "OrderFilled",
    z.object({ ...order, ...placement, executionId: ExecutionId, price: Price, remaining: Decimal, quote: QuoteUsed }),
  ),
  OrderCancelled: event("OrderCancelled", z.object({ ...order, remaining: Volume, reason: CancelReason })),
  /** `volume` was opened at `price`; the account had no position in the instrument. */
  PositionOpened: event("PositionOpened", z.object({ ...position, volume: Volume, price: Price, margin })),
  /** `volume` was added at `price`; `total` stands at `averagePrice` now. */
  PositionIncreased: event(
    "PositionIncreased",
    z.object({ ...position, volume: Volume, price: Price, total: Volume, averagePrice: Price, margin }),
  ),
  /** `volume` was closed at `price` for `profit` in the account's currency; `total` is left. */
  PositionReduced: event(
    "PositionReduced",
    z.object({ ...position, volume: Volume, price: Price, total: Volume, profit: Money, margin }),
  ),
  /** The last `volume` was closed at `price` for `profit` in the account's currency. */
  PositionClosed: event("PositionClosed", z.object({ ...position, volume: Volume, price: Price, profit: Money })),
} as const;
export type AccountEvent = MessageOf<typeof accountEvents>;
