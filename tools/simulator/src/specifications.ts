import type { InstrumentSymbol, TerminalSymbol } from "@tradesage/contracts";

interface Known {
  readonly digits: number;
  readonly contractSize: string;
  readonly base: string;
  readonly quote: string;
  /** About what it costs, for made-up ticks. */
  readonly price: number;
}

const currencies = (pair: string, price: number): [string, Known] => [
  pair,
  {
    digits: pair.endsWith("JPY") ? 3 : 5,
    contractSize: "100000",
    base: pair.slice(0, 3),
    quote: pair.slice(3),
    price,
  },
];

const known = new Map<InstrumentSymbol, Known>([
  currencies("EURUSD", 1.08),
  currencies("GBPUSD", 1.27),
  currencies("AUDUSD", 0.66),
  currencies("NZDUSD", 0.61),
  currencies("USDJPY", 151),
  currencies("USDCHF", 0.89),
  currencies("USDCAD", 1.36),
  currencies("EURGBP", 0.85),
  currencies("EURJPY", 163),
  currencies("EURCHF", 0.96),
  currencies("GBPJPY", 192),
  ["XAUUSD", { digits: 2, contractSize: "100", base: "XAU", quote: "USD", price: 2350 }],
  ["XAGUSD", { digits: 3, contractSize: "5000", base: "XAG", quote: "USD", price: 28 }],
  ["BTCUSD", { digits: 2, contractSize: "1", base: "BTC", quote: "USD", price: 65_000 }],
]);

/** What a usual broker says of a symbol; six capitals are taken for two currencies, all else for a share in dollars. */
const about = (symbol: InstrumentSymbol): Known =>
  known.get(symbol) ??
  (/^[A-Z]{6}$/.test(symbol)
    ? currencies(symbol, 1)[1]
    : { digits: 2, contractSize: "1", base: "USD", quote: "USD", price: 100 });

/** A specification for a HELLO, where no broker gives one. */
export function specificationOf(symbol: InstrumentSymbol): TerminalSymbol {
  const { digits, contractSize, base, quote } = about(symbol);
  return {
    symbol,
    name: symbol,
    description: "",
    digits,
    tickSize: (10 ** -digits).toFixed(digits),
    contractSize,
    volumeMin: "0.01",
    volumeMax: "500",
    volumeStep: "0.01",
    baseCurrency: base,
    profitCurrency: quote,
    marginCurrency: base,
  };
}

/** About what a symbol costs. */
export const usualPriceOf = (symbol: InstrumentSymbol): number => about(symbol).price;
