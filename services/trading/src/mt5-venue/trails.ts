import type { AccountCommand, DataOf, InstrumentSymbol } from "@tradesage/contracts";
import type { Account, OpenPosition } from "../account/account.ts";
import type { Broker } from "../account/broker/broker.ts";
import { keyOf, nameOf } from "../account/position-name.ts";
import { decimal, text } from "../calculation/decimal.ts";
import type { MarketQuote } from "../calculation/market.ts";

type TrailStop = Omit<DataOf<AccountCommand, "TrailStop">, "accountId">;

/** Between two requests to move a stop; and after one that did not move it. */
const PAUSE_MS = { moved: 1_000, refused: 30_000 };

/**
 * The stops of one account that are to follow the market: those that would move by a step or more. MetaTrader trails no
 * stop on its server, so we send it where it is to stand; not more often than a broker would bear.
 */
export function createTrails(quoteOf: (symbol: InstrumentSymbol) => MarketQuote | undefined, now: () => number) {
  const asked = new Map<string, { readonly at: number; readonly from: string }>();

  /** Where the stop stands and the quote that it is to follow, if it is far enough behind. */
  function trailOf(position: OpenPosition): TrailStop | undefined {
    const { side, symbol, stops } = position;
    const quote = quoteOf(symbol);
    if (!stops.trailingStop || !stops.stopLoss || !quote) return undefined;
    const [bid, ask] = [priceOf(quote.bid), priceOf(quote.ask)];
    const behind = side === "buy" ? bid.minus(stops.stopLoss) : stops.stopLoss.minus(ask);
    if (behind.lt(stops.trailingStop.distance.plus(stops.trailingStop.step))) return undefined;
    const used = { bid: text(bid), ask: text(ask), timeMsc: quote.timeMsc };
    return { ...nameOf(position), from: text(stops.stopLoss), quote: used };
  }

  return {
    /** What is to be asked for now. */
    due({ positions }: Account, { protections }: Broker): TrailStop[] {
      for (const key of asked.keys()) if (!positions.has(key)) asked.delete(key);
      return [...positions.values()].flatMap((position) => {
        const key = keyOf(position);
        const trail = protections.has(key) ? undefined : trailOf(position);
        if (!trail) return [];
        const before = asked.get(key);
        const pause = before?.from === trail.from ? PAUSE_MS.refused : PAUSE_MS.moved;
        if (before && now() - before.at < pause) return [];
        asked.set(key, { at: now(), from: trail.from });
        return [trail];
      });
    },
  };
}

/** A double of the bus as the decimal that it was. */
const priceOf = (price: number) => decimal(price.toFixed(8));
