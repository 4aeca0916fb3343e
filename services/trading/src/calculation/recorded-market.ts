import type { InstrumentSymbol } from "@tradesage/contracts";
import type { Market, MarketQuote } from "./market.ts";

/** A market that remembers which quotes it was asked for; undefined are those that there were none of. */
export interface RecordedMarket extends Market {
  readonly asked: ReadonlyMap<InstrumentSymbol, MarketQuote | undefined>;
}

export function recorded(market: Market): RecordedMarket {
  const asked = new Map<InstrumentSymbol, MarketQuote | undefined>();
  return {
    instrument: market.instrument,
    pairsOf: market.pairsOf,
    quote(symbol) {
      const quote = market.quote(symbol);
      asked.set(symbol, quote);
      return quote;
    },
    asked,
  };
}
