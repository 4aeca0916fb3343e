import { completeInstrument, type InstrumentChanges, type Side } from "@tradesage/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimal, text, zero } from "./decimal.ts";
import { eurusd, index, marketOf, usdjpy } from "./market-of.fixture.ts";
import { profitOf } from "./profit.ts";

interface Trade {
  readonly instrument?: InstrumentChanges;
  readonly side?: Side;
  readonly volume?: string;
  readonly open?: string;
  readonly close?: string;
  readonly currency?: string;
}
interface Case extends Trade {
  readonly is: string;
  readonly earns: string;
}

const usdchf = completeInstrument({ ...eurusd, symbol: "USDCHF", baseCurrency: "USD", profitCurrency: "CHF" });
const market = marketOf([eurusd, 1.25, 1.3], [usdchf, 0.8, 0.9]);

function profitIn({ instrument = {}, side = "buy", volume = "1", currency = "USD", ...prices }: Trade): string {
  const { open = "1.2000", close = "1.2050" } = prices;
  const holding = { side, volume: decimal(volume), price: decimal(open) };
  return text(profitOf(completeInstrument(eurusd, instrument), holding, decimal(close), currency, market));
}

const inDollars = { baseCurrency: "USD", profitCurrency: "USD", marginCurrency: "USD" };

describe("MetaTrader 5, Profit Calculation", () => {
  test.each<Case>([
    { is: "forex: a lot from 1.2000 to 1.2050", earns: "500" },
    { is: "the same, sold", side: "sell", earns: "-500" },
    { is: "a CFD", instrument: { ...inDollars, calculationMode: "cfd" }, earns: "500" },
    {
      ...{ is: "a future: by tick value and tick size", open: "100", close: "100.5", volume: "3", earns: "150" },
      instrument: { ...inDollars, calculationMode: "futures", tickSize: "0.1", tickValue: "10", marginInitial: "1" },
    },
    {
      ...{ is: "a future whose tick value nobody knows: by contract size", open: "100", close: "100.5", earns: "50" },
      instrument: { ...inDollars, calculationMode: "exchange_futures", contractSize: "100", marginInitial: "1" },
    },
    {
      ...{ is: "a bond: percentages of its face value", open: "98.5", close: "99", volume: "2", earns: "100" },
      instrument: { ...inDollars, calculationMode: "exchange_bonds", contractSize: "10", faceValue: "1000" },
    },
  ])("$is", (given) => expect(profitIn(given)).toBe(given.earns));
});

describe("in the account's currency", () => {
  const chf = { symbol: "USDCHF", baseCurrency: "USD", profitCurrency: "CHF" };
  const closing = (side: Side, open: string, close: string, currency = "USD") => {
    const instrument = completeInstrument({ ...eurusd, ...chf });
    const holding = { side, volume: decimal("1"), price: decimal(open) };
    return text(profitOf(instrument, holding, decimal(close), currency, market));
  };
  test("forex is converted by the deal's own price, gain or loss", () => {
    // Ask CHFUSD = 1 / Bid USDCHF, and the position was closed at that bid.
    expect(closing("buy", "0.7900", "0.8000")).toBe("1250");
    expect(closing("buy", "0.8100", "0.8000")).toBe("-1250");
  });
  test("forex by another pair: a closed buy at its ask, a closed sell at its bid", () => {
    const inEuros = (side: Side) => profitIn({ side, currency: "EUR", instrument: { profitCurrency: "USD" } });
    expect([inEuros("buy"), inEuros("sell")]).toEqual(["414.94", "-414.94"]);
    // USD to CHF over USDCHF: bought at 0.9, sold at 0.8.
    expect(profitIn({ currency: "CHF" })).toBe("450");
    expect(profitIn({ currency: "CHF", side: "sell" })).toBe("-400");
  });
  test("all else by market: a gain is sold at the bid, a loss bought at the ask", () => {
    const instrument: InstrumentChanges = { ...inDollars, calculationMode: "cfd" };
    expect(profitIn({ currency: "CHF", instrument })).toBe("400");
    expect(profitIn({ currency: "CHF", instrument, side: "sell" })).toBe("-450");
  });
  test("over two pairs where none is direct", () => {
    const instrument: InstrumentChanges = { ...inDollars, profitCurrency: "EUR", calculationMode: "cfd" };
    // 500 EUR · 1.25 · 0.8.
    expect(profitIn({ currency: "CHF", instrument })).toBe("500");
  });
  test("that nothing connects is refused", () =>
    expect(() => profitIn({ currency: "NOK" })).toThrow(expect.objectContaining({ code: "NO_CONVERSION_RATE" })));
});

const volumes = fc.integer({ min: 1, max: 100_000 }).map((steps) => decimal(String(steps)).div(decimal("100")));
const prices = fc.integer({ min: 50_000, max: 200_000 }).map((ticks) => decimal(String(ticks)).div(decimal("1000")));

describe("whatever the volume and the prices", () => {
  const instruments = fc.constantFrom(eurusd, index, usdjpy);
  const atMarket = marketOf([eurusd, 1.25, 1.3], [usdjpy, 101.5, 101.6]);
  test("what one side earns the other loses, in the instrument's own currency", () =>
    fc.assert(
      fc.property(instruments, volumes, prices, prices, (instrument, volume, price, close) => {
        const earned = (side: Side) =>
          profitOf(instrument, { side, volume, price }, close, instrument.profitCurrency, atMarket);
        expect(text(earned("buy").plus(earned("sell")))).toBe("0");
      }),
    ));
  test("closing where it was opened earns nothing, in any currency", () =>
    fc.assert(
      fc.property(instruments, volumes, prices, (instrument, volume, price) => {
        expect(profitOf(instrument, { side: "buy", volume, price }, price, "USD", atMarket).eq(zero)).toBe(true);
      }),
    ));
});
