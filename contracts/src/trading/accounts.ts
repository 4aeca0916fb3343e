import { z } from "zod";
import { Decimal, Money, Price, Volume } from "../decimals.ts";
import { AccountId, Currency, ExecutionId, InstrumentSymbol, OrderId } from "../ids.ts";
import { command, event, type MessageOf } from "../messages.ts";
import { DisplayName } from "../texts.ts";
import { brokerCommands, brokerEvents } from "./broker-messages.ts";
import { Terminal, Ticket } from "./broker-state.ts";
import { moneyCommands, moneyEvents } from "./money.ts";
import {
  coherent,
  linkedOrders,
  oneStopLoss,
  orderRequest,
  placement,
  positionId,
  stopsRequest,
} from "./order-request.ts";
import { CancelReason, OrderKind, orderPrices, positionStops, Side, TimeInForce } from "./order-words.ts";
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

const account = { accountId: AccountId };
const order = { ...account, orderId: OrderId };

/** How a stop trails: from where it stood, by the quote that it follows. */
const trail = { from: Price, quote: QuoteUsed };

export const Stop = z.enum(["stop_loss", "take_profit"]).meta({ id: "Stop" });
export type Stop = z.output<typeof Stop>;

const positionName = { ...account, symbol: InstrumentSymbol, ...positionId };

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
  PlaceLinkedOrders: command("PlaceLinkedOrders", z.object({ ...account, orders: linkedOrders })),
  /** Changes what is given of an order that rests; it goes behind those of its price. `volume` is the whole, fills included. */
  ModifyOrder: command(
    "ModifyOrder",
    z
      .object({
        ...order,
        volume: Volume.optional(),
        ...orderPrices,
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
      ...orderPrices,
      trailing: Trailing.optional(),
      ...positionStops,
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
      ...orderPrices,
      trailing: Trailing.optional(),
      expiresAt: z.iso.datetime().optional(),
      /** When it was modified, where the rate of modifications is limited. */
      modifiedAt: z.iso.datetime().optional(),
      margin: Money,
    }),
  ),
  /** Its stop price followed the market. */
  OrderTrailed: event("OrderTrailed", z.object({ ...order, stopPrice: Price, quote: QuoteUsed })),
  /** The quote reached its stop price: it rests as a limit order. */
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
      ...positionStops,
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
