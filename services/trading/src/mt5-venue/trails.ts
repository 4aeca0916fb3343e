import type { AccountCommand, DataOf, InstrumentSymbol, OrderId, QuoteUsed, Side } from "@tradesage/contracts";
import type { Account, OpenOrder, OpenPosition } from "../account/account.ts";
import type { Broker } from "../account/broker/broker.ts";
import { nameOf } from "../account/position-name.ts";
import type { Trailing } from "../account/stops.ts";
import { closingSide } from "../account/trailing-terms.ts";
import { type Big, decimal, text } from "../calculation/decimal.ts";
import type { MarketQuote } from "../calculation/market.ts";

/** The command that has a stop follow the market, but for its account. */
type Trail = {
  [Type in "TrailStop" | "TrailOrder"]: {
    readonly type: Type;
    readonly data: Omit<DataOf<AccountCommand, Type>, "accountId">;
  };
}["TrailStop" | "TrailOrder"];

/** Between two requests to move a stop; and after one that did not move it. */
const PAUSE_MS = { moved: 1_000, refused: 30_000 };

/**
 * The stops of one account that are to follow the market, of its positions and of its orders that wait: those that would
 * move by a step or more. MetaTrader trails no stop on its server, so we send it where it is to stand; not more often than
 * a broker would bear.
 */
export function createTrails(quoteOf: (symbol: InstrumentSymbol) => MarketQuote | undefined, now: () => number) {
  const asked = new Map<string, { readonly at: number; readonly from: string }>();

  /** Where a stop stands and the quote that it is to follow, if it is far enough behind: what sells stands below the bid. */
  function trailOf(symbol: InstrumentSymbol, side: Side, stop?: Big, trailing?: Trailing): From | undefined {
    const quote = quoteOf(symbol);
    if (!stop || !trailing || !quote) return undefined;
    const [bid, ask] = [priceOf(quote.bid), priceOf(quote.ask)];
    const behind = side === "sell" ? bid.minus(stop) : stop.minus(ask);
    if (behind.lt(trailing.distance.plus(trailing.step))) return undefined;
    return { from: text(stop), quote: { bid: text(bid), ask: text(ask), timeMsc: quote.timeMsc } };
  }

  function ofPosition(position: OpenPosition): Trail | undefined {
    const { symbol, side, stops } = position;
    const trail = trailOf(symbol, closingSide(side), stops.stopLoss, stops.trailingStop);
    return trail && { type: "TrailStop", data: { ...nameOf(position), ...trail } };
  }

  function ofOrder(orderId: OrderId, { symbol, side, stopPrice, trailing }: OpenOrder): Trail | undefined {
    const trail = trailOf(symbol, side, stopPrice, trailing);
    return trail && { type: "TrailOrder", data: { orderId, ...trail } };
  }

  /** Not what was asked for just now. */
  function isTime(key: string, { data: { from } }: Trail): boolean {
    const before = asked.get(key);
    const pause = before?.from === from ? PAUSE_MS.refused : PAUSE_MS.moved;
    if (before && now() - before.at < pause) return false;
    asked.set(key, { at: now(), from });
    return true;
  }

  return {
    /** What is to be asked for now. */
    due({ positions, orders }: Account, broker: Broker): Trail[] {
      const stops = new Map<string, Trail | undefined>();
      for (const [key, position] of positions)
        stops.set(`position ${key}`, broker.protections.has(key) ? undefined : ofPosition(position));
      for (const [orderId, order] of orders)
        if (order.trailing) stops.set(`order ${orderId}`, rests(broker, orderId) ? ofOrder(orderId, order) : undefined);
      for (const key of asked.keys()) if (!stops.has(key)) asked.delete(key);
      return [...stops].flatMap(([key, trail]) => (trail && isTime(key, trail) ? [trail] : []));
    },
  };
}

interface From {
  readonly from: string;
  readonly quote: QuoteUsed;
}

/** The broker has it, nothing is asked of it, and its stop was not reached. */
function rests({ orders }: Broker, orderId: OrderId): boolean {
  const order = orders.get(orderId);
  return order?.ticket !== undefined && !order.asked && !order.isFilled;
}

/** A double of the bus as the decimal that it was. */
const priceOf = (price: number) => decimal(price.toFixed(8));
