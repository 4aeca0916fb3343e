import { completeInstrument, type InstrumentChanges, type Side } from "@tradesage/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimal, text } from "./decimal.ts";
import { type MarginKind, marginOf } from "./margin.ts";
import { eurusd, index, marketOf } from "./market-of.fixture.ts";

interface Case {
  readonly is: string;
  readonly instrument?: InstrumentChanges;
  readonly kind?: MarginKind;
  readonly side?: Side;
  readonly volume?: string;
  readonly price?: string;
  readonly currency?: string;
  readonly leverage?: number;
  readonly takes: string;
}

function marginIn({ instrument = {}, kind = "initial", currency = "EUR", leverage = 100, ...given }: Case): string {
  const { side = "buy", volume = "1", price = "1.2790" } = given;
  const market = marketOf([eurusd, 1.278, 1.279]);
  const holding = { side, volume: decimal(volume), price: decimal(price) };
  return text(marginOf(kind, { currency, leverage }, completeInstrument(eurusd, instrument), holding, market));
}

const inDollars = { marginCurrency: "USD", baseCurrency: "USD", profitCurrency: "USD" };
const oil: InstrumentChanges = { ...inDollars, calculationMode: "cfd", contractSize: "100" };
const silver: InstrumentChanges = { ...inDollars, calculationMode: "cfd_leverage", contractSize: "5000" };
const future: InstrumentChanges = { ...inDollars, calculationMode: "futures", marginInitial: "1000" };
const rates = (initial: string, maintenance: string) => ({
  marginRates: { buy: { initial, maintenance }, sell: { initial: "4", maintenance: "0" } },
});

describe("MetaTrader 5, Basic Margin Calculation", () => {
  test.each<Case>([
    { is: "forex: a lot of EURUSD at 1:100", takes: "1000" },
    { is: "forex without leverage", instrument: { calculationMode: "forex_no_leverage" }, takes: "100000" },
    { is: "a CFD: a lot of oil, 100 barrels at 80", instrument: oil, price: "80", currency: "USD", takes: "8000" },
    {
      ...{ is: "a CFD with leverage: three lots at their average price", instrument: silver, currency: "USD" },
      ...{ volume: "3", price: "15.433333333", takes: "2315" },
    },
    { is: "the order beside them", instrument: silver, currency: "USD", price: "15.412", takes: "770.6" },
    {
      ...{ is: "a share", instrument: { ...oil, calculationMode: "exchange_stocks" } },
      ...{ price: "80", currency: "USD", takes: "8000" },
    },
    {
      ...{ is: "an index: by tick value and tick size", volume: "2", price: "100", currency: "USD", takes: "10000" },
      instrument: {
        ...{ ...oil, calculationMode: "cfd_index", contractSize: "10" },
        ...{ tickSize: "0.1", tickValue: "0.5" },
      },
    },
    {
      ...{ is: "an index whose tick value nobody knows: as a CFD", price: "100", currency: "USD", takes: "1000" },
      instrument: { ...oil, calculationMode: "cfd_index", contractSize: "10" },
    },
    { is: "a future, to buy it", instrument: future, volume: "3", currency: "USD", takes: "3000" },
    {
      ...{ is: "a future, to hold it", kind: "maintenance", currency: "USD", takes: "500" },
      instrument: { ...future, marginMaintenance: "500" },
    },
    {
      ...{ is: "a future without a maintenance margin: the initial one" },
      ...{ instrument: { ...future, calculationMode: "exchange_futures" }, kind: "maintenance", currency: "USD" },
      takes: "1000",
    },
    {
      ...{ is: "a bond: a part of its face value", price: "98.5", volume: "2", currency: "USD", takes: "19700" },
      instrument: { ...inDollars, calculationMode: "exchange_bonds", contractSize: "10", faceValue: "1000" },
    },
    { is: "fixed: of forex by leverage", instrument: { marginInitial: "500" }, takes: "5" },
    { is: "fixed: of a CFD as it is", instrument: { ...oil, marginInitial: "500" }, currency: "USD", takes: "500" },
  ])("$is", (given) => expect(marginIn(given)).toBe(given.takes));
});

describe("in the account's currency", () => {
  test.each<Case>([
    { is: "a buy is converted at the price of the deal, 1.2790", currency: "USD", takes: "1279" },
    { is: "another rate multiplies it", currency: "USD", instrument: rates("1.15", "0"), takes: "1470.85" },
    { is: "the rate is the side's", side: "sell", currency: "USD", instrument: rates("1.15", "0"), takes: "5116" },
    {
      ...{
        is: "a maintenance rate of zero is the initial one",
        kind: "maintenance",
        currency: "USD",
        takes: "1470.85",
      },
      instrument: rates("1.15", "0"),
    },
    {
      ...{ is: "a maintenance rate counts for a position", kind: "maintenance", currency: "USD", takes: "639.5" },
      instrument: rates("1.15", "0.5"),
    },
    { is: "an initial rate of zero takes nothing", currency: "USD", instrument: rates("0", "0"), takes: "0" },
  ])("$is", (given) => expect(marginIn(given)).toBe(given.takes));

  test("another instrument's margin is bought at the ask for a buy and at the bid for a sell", () => {
    const holding = { volume: decimal("1"), price: decimal("0.8") };
    const eurgbp = completeInstrument({ ...eurusd, symbol: "EURGBP", profitCurrency: "GBP" });
    const market = marketOf([eurusd, 1.278, 1.279], [eurgbp, 0.8, 0.801]);
    const margin = (side: Side) =>
      text(marginOf("initial", { currency: "USD", leverage: 100 }, eurgbp, { ...holding, side }, market));
    expect([margin("buy"), margin("sell")]).toEqual(["1279", "1278"]);
  });
});

const volumes = fc.integer({ min: 1, max: 100_000 }).map((steps) => decimal(String(steps)).div(decimal("100")));
const prices = fc.integer({ min: 1, max: 10_000_000 }).map((ticks) => decimal(String(ticks)).div(decimal("100000")));
const modes = fc.constantFrom(eurusd, index, completeInstrument(eurusd, silver), completeInstrument(eurusd, future));
const dollars = (leverage: number) => ({ currency: "USD", leverage });
const market = marketOf([eurusd, 1.278, 1.279]);

describe("whatever the instrument, volume and price", () => {
  test("two halves take what the whole takes, to a cent", () =>
    fc.assert(
      fc.property(modes, volumes, volumes, prices, (instrument, one, other, price) => {
        const margin = (volume: typeof one) =>
          marginOf("initial", dollars(100), instrument, { side: "buy", volume, price }, market);
        const apart = margin(one)
          .plus(margin(other))
          .minus(margin(one.plus(other)));
        expect(apart.abs().lte(decimal("0.01"))).toBe(true);
      }),
    ));
  test("more leverage never takes more", () =>
    fc.assert(
      fc.property(modes, volumes, prices, fc.integer({ min: 1, max: 500 }), (instrument, volume, price, leverage) => {
        const margin = (by: number) =>
          marginOf("initial", dollars(by), instrument, { side: "sell", volume, price }, market);
        expect(margin(leverage + 1).lte(margin(leverage))).toBe(true);
      }),
    ));
});
