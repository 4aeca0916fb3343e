import { z } from "zod";
import { Decimal, Money, Price, Volume } from "../decimals.ts";
import { AccountId, Currency, ExecutionId, InstrumentSymbol, OrderId } from "../ids.ts";
import { command, event, type MessageOf } from "../messages.ts";
import { DisplayName } from "../texts.ts";
import { brokerCommands, brokerEvents } from "./broker-messages.ts";
import { Terminal, Ticket } from "./broker-state.ts";
import { moneyCommands, moneyEvents } from "./money.ts";
import { CancelReason, OrderKind, orderPrices, positionStops, Side } from "./order-words.ts";
import { paperCommands, paperEvents } from "./paper-venue.ts";
import { QuoteUsed } from "./quote-used.ts";
import { riskCommands, riskEvents } from "./risk.ts";
import { swapCommands, swapEvents } from "./swaps.ts";
import { Restriction, tradingStateCommands, tradingStateEvents } from "./trading-state.ts";
import { Trailing, TrailingRequest } from "./trailing.ts";

/** Where orders execute: at the tenant's own prices, or at the broker of a MetaTrader 5 terminal. */
export const Venue = z.enum(["paper", "mt5"]).meta({ id: "Venue" });
export type Venue = z.output<typeof Venue>;
/** `netting`: one position an instrument. `hedging`: a position for each order that opens one, also on both sides. */
export const PositionMode = z.enum(["netting", "hedging"]).meta({ id: "PositionMode" });
export type PositionMode = z.output<typeof PositionMode>;

/**
 * How long an order stands. `gtc`: until it is cancelled. `day`: until the day ends, in UTC. `gtd`: until `expiresAt`.
 * `ioc`, `fok`: now or never; `fok` as a whole.
 */
export const TimeInForce = z.enum(["gtc", "day", "gtd", "ioc", "fok"]).meta({ id: "TimeInForce" });
export type TimeInForce = z.output<typeof TimeInForce>;

const account = { accountId: AccountId };
const order = { ...account, orderId: OrderId };

/** How a stop trails: from where it stood, by the quote that it follows. */
const trail = { from: Price, quote: QuoteUsed };

const placement = {
  symbol: InstrumentSymbol,
  side: Side,
  volume: Volume,
};

const stops = positionStops;
export const Stop = z.enum(["stop_loss", "take_profit"]).meta({ id: "Stop" });
export type Stop = z.output<typeof Stop>;
/** What of them is asked for: a stop loss that stands, or one that follows the market. */
const stopsRequest = { ...stops, trailingStop: TrailingRequest.optional() };
const prices = orderPrices;

/** In netting the symbol names a position, in hedging the id of the order that opened it; absent where that is not so. */
const positionId = { positionId: OrderId.optional() };
const positionName = { ...account, symbol: InstrumentSymbol, ...positionId };

/** An order as its owner asks for it. */
const orderRequest = {
  orderId: OrderId,
  ...placement,
  kind: OrderKind,
  ...prices,
  trailing: TrailingRequest.optional(),
  /** What the position is protected by that it opens, or adds to. */
  ...stopsRequest,
  timeInForce: TimeInForce.default("gtc"),
  expiresAt: z.iso.datetime().optional(),
  /** It may close what the account holds, and never opens anything; in hedging the position that it names. */
  reduceOnly: z.boolean().default(false),
  ...positionId,
};
const OrderRequest = z.object(orderRequest);
type Check<Checked> = (checked: Checked, context: z.RefinementCtx) => void;

const oneStopLoss: Check<{ stopLoss?: unknown; trailingStop?: unknown }> = ({ stopLoss, trailingStop }, context) => {
  if (stopLoss === undefined || trailingStop === undefined) return;
  context.addIssue({
    code: "custom",
    path: ["trailingStop"],
    message: "a stop loss stands or trails: give one of them",
  });
};

/** An order has the prices and the end that its kind and its time in force call for, and no others. */
const coherent: Check<z.output<typeof OrderRequest>> = (order, context) => {
  const { kind, timeInForce, limitPrice, stopPrice, trailing, expiresAt } = order;
  const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  const hasLimit = kind === "limit" || kind === "stop_limit";
  const hasStop = kind === "stop" || kind === "stop_limit";
  const trails = kind === "trailing_stop";
  const isNowOrNever = timeInForce === "ioc" || timeInForce === "fok";
  if (hasLimit !== (limitPrice !== undefined))
    refuse("limitPrice", hasLimit ? `a ${kind} order needs a limitPrice` : `a ${kind} order has no limitPrice`);
  if (hasStop !== (stopPrice !== undefined))
    refuse("stopPrice", hasStop ? `a ${kind} order needs a stopPrice` : `a ${kind} order has no stopPrice`);
  if (trails !== (trailing !== undefined))
    refuse("trailing", trails ? `a ${kind} order needs a trailing distance` : `a ${kind} order does not trail`);
  if ((timeInForce === "gtd") !== (expiresAt !== undefined))
    refuse("expiresAt", timeInForce === "gtd" ? "gtd needs an expiresAt" : "only gtd has an expiresAt");
  if ((hasStop || trails) && isNowOrNever) refuse("timeInForce", `a ${kind} order waits: it cannot be ${timeInForce}`);
  oneStopLoss(order, context);
};

/** Orders of which one is to be filled are orders that wait. */
const waits: Check<z.output<typeof OrderRequest>> = ({ kind, timeInForce }, context) => {
  const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  if (kind === "market") refuse("kind", "a market order does not wait: it cannot be linked");
  if (timeInForce === "ioc" || timeInForce === "fok")
    refuse("timeInForce", `${timeInForce} does not wait: it cannot be linked`);
};

export const accountCommands = {
  OpenAccount: command(
    "OpenAccount",
    z
      .object({
        ...account,
        name: DisplayName.optional(),
        currency: Currency.default("USD"),
        leverage: z.int().min(1).max(5000).default(100),
        mode: PositionMode.default("netting"),
        venue: Venue.default("paper"),
        /** Of an account at `mt5`: where its orders go. */
        terminal: Terminal.optional(),
      })
      .refine(({ venue, terminal }) => (venue === "mt5") === (terminal !== undefined), {
        path: ["terminal"],
        message: "of an account at mt5, and of no other",
      }),
  ),
  ...moneyCommands,
  PlaceOrder: command("PlaceOrder", z.object({ ...account, ...orderRequest }).superRefine(coherent)),
  /** Places orders of which one cancels the others once it is filled, be it in part: all of them, or none. */
  PlaceLinkedOrders: command(
    "PlaceLinkedOrders",
    z.object({
      ...account,
      orders: z
        .array(OrderRequest.strict().superRefine(coherent).superRefine(waits))
        .min(2)
        .max(10)
        .refine((orders) => new Set(orders.map(({ orderId }) => orderId)).size === orders.length, {
          message: "each order needs an orderId of its own",
        }),
    }),
  ),
  /** Changes what is given of an order that rests; it goes behind those of its price. `volume` is the whole, fills included. */
  ModifyOrder: command(
    "ModifyOrder",
    z
      .object({
        ...order,
        volume: Volume.optional(),
        ...prices,
        /** The stop begins anew, at this distance from the market. */
        trailing: TrailingRequest.optional(),
        expiresAt: z.iso.datetime().optional(),
      })
      .refine(({ accountId, orderId, ...changes }) => Object.values(changes).some((change) => change !== undefined), {
        message: "give at least one of volume, limitPrice, stopPrice, trailing, expiresAt",
      }),
  ),
  CancelOrder: command("CancelOrder", z.object(order)),
  /** Cancels every open order, or those of one instrument. */
  CancelAllOrders: command("CancelAllOrders", z.object({ ...account, symbol: InstrumentSymbol.optional() })),
  /** Places the market order that closes a position, or a part of it. */
  ClosePosition: command("ClosePosition", z.object({ ...positionName, orderId: OrderId, volume: Volume.optional() })),
  /** In hedging: two opposite positions of one instrument close each other, as far as the smaller goes. */
  ClosePositionBy: command(
    "ClosePositionBy",
    z.object({
      ...{ ...account, symbol: InstrumentSymbol, positionId: OrderId, executionId: ExecutionId },
      /** The other position. */
      by: OrderId,
    }),
  ),
  /** In netting: places the market order that closes the position and opens as much on the other side. */
  ReversePosition: command("ReversePosition", z.object({ ...order, symbol: InstrumentSymbol })),
  /** Where a position is closed from now on; what is left out is no more. One that trails already stays where it is. */
  ProtectPosition: command("ProtectPosition", z.object({ ...positionName, ...stopsRequest }).superRefine(oneStopLoss)),
  /** Sent by a venue: the quote has reached a position's stop; it is closed by that order. */
  TriggerStop: command(
    "TriggerStop",
    z.object({
      ...positionName,
      orderId: OrderId,
      stop: Stop,
      quote: QuoteUsed,
      /** How far it had trailed before, where the account was not told yet. */
      trailed: z.object(trail).optional(),
    }),
  ),
  /** Sent by a venue: the stop of an order follows the market from where it stood to where this quote leads. */
  TrailOrder: command("TrailOrder", z.object({ ...order, ...trail })),
  /** Sent by a venue: the stop of a position follows the market from where it stood to where this quote leads. */
  TrailStop: command("TrailStop", z.object({ ...positionName, ...trail })),
  /** Sent by a venue: the quote has reached an order's stop price; it is a limit order from now on. */
  TriggerOrder: command("TriggerOrder", z.object({ ...order, quote: QuoteUsed })),
  /** Sent by a venue: the order's time is over. */
  ExpireOrder: command("ExpireOrder", z.object({ ...order, reason: CancelReason })),
  ...tradingStateCommands,
  ...riskCommands,
  ...paperCommands,
  ...swapCommands,
  /** Sent by a venue: some or all of an order was executed. */
  RecordExecution: command(
    "RecordExecution",
    z.object({ ...order, executionId: ExecutionId, volume: Volume, price: Price, quote: QuoteUsed }),
  ),
  ...brokerCommands,
} as const;
export type AccountCommand = MessageOf<typeof accountCommands>;

const position = { ...positionName, side: Side, executionId: ExecutionId };
/** What the position, in hedging all positions of the instrument, hold of the account's money after this, in its currency. */
const margin = Money;

/** What an account is opened with, for good. */
export const accountTerms = {
  name: z.string(),
  currency: Currency,
  leverage: z.int(),
  mode: PositionMode,
  venue: Venue,
  terminal: Terminal.optional(),
};

export const accountEvents = {
  AccountOpened: event("AccountOpened", z.object({ ...account, ...accountTerms })),
  ...moneyEvents,
  OrderPlaced: event(
    "OrderPlaced",
    z.object({
      ...order,
      ...placement,
      kind: OrderKind,
      ...prices,
      trailing: Trailing.optional(),
      ...stops,
      trailingStop: Trailing.optional(),
      /** The position's stop that it was placed by. */
      stop: Stop.optional(),
      /** Absent: `gtc`. */
      timeInForce: TimeInForce.optional(),
      /** Of `gtd`, and of `day`, whose end it is. */
      expiresAt: z.iso.datetime().optional(),
      reduceOnly: z.boolean().optional(),
      ...positionId,
      /** The account placed it by itself, to close what it may not hold any more. */
      forced: z.enum(["loss_rule", "stop_out"]).optional(),
      /** The restriction under which it was taken, since it reduces. */
      under: Restriction.optional(),
      /** The orders that are cancelled once this one is filled, be it in part; and it with any of them. */
      oco: z.array(OrderId).optional(),
      /** When it was placed, where the rate of orders is limited. */
      placedAt: z.iso.datetime().optional(),
      /** It was placed at the broker by somebody else, under this ticket. */
      external: Ticket.optional(),
      /** What it reserves of the account's money while it is open, in the account's currency. */
      margin: Money,
    }),
  ),
  /** How the order stands now; `volume` is the whole of it, `remaining` what is not filled. */
  OrderModified: event(
    "OrderModified",
    z.object({
      ...order,
      volume: Volume,
      remaining: Volume,
      ...prices,
      trailing: Trailing.optional(),
      expiresAt: z.iso.datetime().optional(),
      /** When it was modified, where the rate of modifications is limited. */
      modifiedAt: z.iso.datetime().optional(),
      margin: Money,
    }),
  ),
  /** The quote reached its stop price: it rests as a limit order. */
  /** Its stop price followed the market. */
  OrderTrailed: event("OrderTrailed", z.object({ ...order, stopPrice: Price, quote: QuoteUsed })),
  OrderTriggered: event("OrderTriggered", z.object({ ...order, quote: QuoteUsed.optional() })),
  OrderFilled: event(
    "OrderFilled",
    z.object({
      ...order,
      ...placement,
      executionId: ExecutionId,
      price: Price,
      remaining: Decimal,
      /** None of what a broker filled. */
      quote: QuoteUsed.optional(),
    }),
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
  /** Where it is closed from now on: every change is kept. */
  PositionProtected: event(
    "PositionProtected",
    z.object({
      ...positionName,
      side: Side,
      ...stops,
      trailingStop: Trailing.optional(),
      /** Its stop loss followed the market to here; nobody changed it. */
      quote: QuoteUsed.optional(),
    }),
  ),
  /** The last `volume` was closed at `price` for `profit` in the account's currency. */
  PositionClosed: event(
    "PositionClosed",
    z.object({
      ...{ ...position, volume: Volume, price: Price, profit: Money },
      /** In hedging: what the other positions of the instrument hold. */
      margin: margin.optional(),
    }),
  ),
  ...tradingStateEvents,
  ...riskEvents,
  ...paperEvents,
  ...brokerEvents,
  ...swapEvents,
} as const;
export type AccountEvent = MessageOf<typeof accountEvents>;
