import type { Currency, InstrumentSpecification, InstrumentSymbol } from "@tradesage/contracts";

/** The newest good prices of an instrument: doubles, as the terminal sent them. */
export interface MarketQuote {
  readonly bid: number;
  readonly ask: number;
  /** Of the tick: milliseconds since the epoch, UTC. */
  readonly timeMsc: number;
}

/** What a tenant's instruments and prices are at the moment of deciding. */
export interface Market {
  instrument(symbol: InstrumentSymbol): InstrumentSpecification | undefined;
  quote(symbol: InstrumentSymbol): MarketQuote | undefined;
  /** The instruments whose price is a rate between this currency and another. */
  pairsOf(currency: Currency): readonly InstrumentSpecification[];
}

/** The market at the moment of a command. */
export interface Moment extends Market {
  /** When the command came: milliseconds since the epoch. */
  readonly at: number;
}

/** The market as it was when a quote was used: that one for its instrument, and the newest for all others. */
export const atQuote = (market: Market, symbol: InstrumentSymbol, quote: MarketQuote): Market => ({
  instrument: market.instrument,
  pairsOf: market.pairsOf,
  quote: (asked) => (asked === symbol ? quote : market.quote(asked)),
});
