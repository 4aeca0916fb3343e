import { completeInstrument, type InstrumentDefinition, type InstrumentSpecification } from "@tradesage/contracts";
import { isPair } from "./conversion.ts";
import type { MarketQuote, Moment } from "./market.ts";

/** Instruments and prices for specs. */
const definition = (symbol: string, digits: number): InstrumentDefinition => ({
  symbol,
  digits,
  tickSize: (10 ** -digits).toFixed(digits),
  contractSize: "100000",
  volumeMin: "0.01",
  volumeMax: "100",
  volumeStep: "0.01",
  baseCurrency: symbol.slice(0, 3),
  profitCurrency: symbol.slice(3),
  marginCurrency: symbol.slice(0, 3),
});
const pair = (symbol: string, digits: number) => completeInstrument(definition(symbol, digits));

export const eurusd = pair("EURUSD", 5);
export const usdjpy = pair("USDJPY", 3);
export const eurgbp = pair("EURGBP", 5);
export const gbpusd = pair("GBPUSD", 5);
export const index = completeInstrument({
  ...definition("US500", 1),
  contractSize: "10",
  volumeMin: "0.1",
  volumeStep: "0.1",
  baseCurrency: "USD",
  profitCurrency: "USD",
  marginCurrency: "USD",
});

/** A market of some instruments, each with its bid and ask, or with none yet. */
export function marketOf(...entries: readonly (readonly [InstrumentSpecification, number?, number?])[]): Moment {
  const instruments = entries.map(([instrument]) => instrument);
  const quotes = new Map<string, MarketQuote>();
  for (const [{ symbol }, bid, ask] of entries) {
    if (bid !== undefined && ask !== undefined) quotes.set(symbol, { bid, ask, timeMsc: 1_399_500_000_000 });
  }
  return {
    at: 1_399_500_000_000,
    restrictions: [],
    instrument: (symbol) => instruments.find((instrument) => instrument.symbol === symbol),
    quote: (symbol) => quotes.get(symbol),
    pairsOf: (currency) =>
      instruments.filter(
        (instrument) =>
          isPair(instrument) && (instrument.baseCurrency === currency || instrument.profitCurrency === currency),
      ),
  };
}
