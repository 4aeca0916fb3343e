import {
  type Currency,
  type InstrumentSpecification,
  type InstrumentSymbol,
  type PaperTerms,
  type Restriction,
  refuse,
} from "@tradesage/contracts";
import { quoted } from "./decimal.ts";

/** The newest good prices of an instrument: doubles, as the terminal sent them. */
export interface MarketQuote {
  readonly bid: number;
  readonly ask: number;
  /** Of the tick: milliseconds since the epoch, UTC. */
  readonly timeMsc: number;
  /** When it reached us, milliseconds since the epoch; undefined where it did not come live: it may be of any age then. */
  readonly receivedAt?: number | undefined;
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
  /** What restricts all accounts of the tenant. */
  readonly restrictions: readonly Restriction[];
  /** How orders of accounts without terms of their own are filled. */
  readonly paperTerms?: PaperTerms | undefined;
}

/** The market as it was when a quote was used: that one for its instrument, and the newest for all others. */
export const atQuote = (market: Market, symbol: InstrumentSymbol, quote: MarketQuote): Market => ({
  instrument: market.instrument,
  pairsOf: market.pairsOf,
  quote: (asked) => (asked === symbol ? quote : market.quote(asked)),
});

/** @throws Refused INSTRUMENT_NOT_FOUND */
export function instrumentOf(market: Market, symbol: InstrumentSymbol): InstrumentSpecification {
  return market.instrument(symbol) ?? refuse("INSTRUMENT_NOT_FOUND", `there is no instrument ${symbol}`, { symbol });
}

/** The newest prices as decimals. @throws Refused NO_QUOTE */
export function quoteOf(market: Market, { symbol, digits }: InstrumentSpecification) {
  const quote = market.quote(symbol) ?? refuse("NO_QUOTE", `there is no quote for ${symbol} yet`, { symbol });
  return { bid: quoted(quote.bid, digits), ask: quoted(quote.ask, digits), timeMsc: quote.timeMsc };
}
