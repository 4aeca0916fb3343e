import { completeInstrument, type InstrumentDefinition } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { exposureOf, type Held } from "./exposure.ts";

const basics = { digits: 5, tickSize: "0.00001", volumeMin: "0.01", volumeMax: "100", volumeStep: "0.01" };
const held = (
  symbol: string,
  side: "buy" | "sell",
  [volume, average_price]: readonly [string, string],
  definition: Pick<InstrumentDefinition, "contractSize" | "baseCurrency" | "profitCurrency"> &
    Partial<InstrumentDefinition>,
): Held => ({
  ...{ symbol, side, volume, average_price },
  specification: completeInstrument({ ...basics, symbol, marginCurrency: definition.baseCurrency, ...definition }),
});
const pair = (baseCurrency: string, profitCurrency: string) => ({
  contractSize: "100000",
  baseCurrency,
  profitCurrency,
});

test("a pair that is bought is an amount of its base, paid with its other currency", () => {
  expect(exposureOf([held("EURUSD", "buy", ["0.10", "1.10000"], pair("EUR", "USD"))])).toEqual({
    symbols: [{ symbol: "EURUSD", side: "buy", volume: "0.10", currency: "EUR", amount: "10000" }],
    currencies: [
      { currency: "EUR", amount: "10000" },
      { currency: "USD", amount: "-11000" },
    ],
  });
});

test("positions that offset each other in a currency are added up", () => {
  const { currencies } = exposureOf([
    held("EURUSD", "buy", ["0.10", "1.10000"], pair("EUR", "USD")),
    held("USDJPY", "buy", ["0.10", "150.000"], pair("USD", "JPY")),
    held("EURJPY", "sell", ["0.10", "165.000"], pair("EUR", "JPY")),
  ]);
  expect(currencies).toEqual([
    { currency: "EUR", amount: "0" },
    { currency: "JPY", amount: "150000" },
    { currency: "USD", amount: "-1000" },
  ]);
});

test("what is no pair is worth its price in its own currency", () => {
  const shares = {
    contractSize: "1",
    baseCurrency: "USD",
    profitCurrency: "USD",
    calculationMode: "exchange_stocks",
  } as const;
  const bond = { ...shares, calculationMode: "exchange_bonds", faceValue: "1000" } as const;
  expect(exposureOf([held("#AAPL", "sell", ["10", "230.50"], shares)]).symbols).toMatchObject([
    { currency: "USD", amount: "-2305" },
  ]);
  expect(exposureOf([held("BOND", "buy", ["3", "98.5"], bond)]).currencies).toEqual([
    { currency: "USD", amount: "2955" },
  ]);
});

test("a future is worth what its ticks are", () => {
  const future = { contractSize: "1", baseCurrency: "USD", profitCurrency: "USD", calculationMode: "futures" } as const;
  const { symbols } = exposureOf([
    held("ES", "buy", ["2", "5000"], { ...future, tickSize: "0.25", tickValue: "12.5" }),
  ]);
  expect(symbols).toMatchObject([{ currency: "USD", amount: "500000" }]);
});

test("an account that holds nothing is exposed to nothing", () => {
  expect(exposureOf([])).toEqual({ symbols: [], currencies: [] });
});
