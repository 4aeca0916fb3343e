import { completeInstrument, type InstrumentChanges, type Side, weekdays } from "@tradesage/contracts";
import { describe, expect, test } from "vitest";
import { decimal, text } from "./decimal.ts";
import { eurusd, marketOf } from "./market-of.fixture.ts";
import { nightsOf, swapOf } from "./swap.ts";

const usdtry = completeInstrument({ ...eurusd, symbol: "USDTRY", baseCurrency: "USD", profitCurrency: "TRY" });
const market = marketOf([eurusd, 1.25, 1.3], [usdtry, 4.3964, 4.397]);

interface Night {
  readonly is: string;
  readonly instrument: InstrumentChanges & { symbol?: string };
  readonly side?: Side;
  readonly volume?: string;
  readonly open?: string;
  readonly current?: string;
  readonly nights?: number;
  readonly currency?: string;
  readonly earns: string;
}

function swapIn({ instrument, side = "buy", volume = "1", open = "1.2", current = "1.25", ...given }: Night): string {
  const { nights = 1, currency = "USD" } = given;
  const whole = completeInstrument({ ...eurusd, ...(instrument as object) });
  const holding = { side, volume: decimal(volume), price: decimal(open) };
  return text(swapOf(whole, holding, decimal(current), nights, currency, market));
}

const lira = { symbol: "USDTRY", baseCurrency: "USD", profitCurrency: "TRY", marginCurrency: "USD" };
const dollars = { baseCurrency: "USD", profitCurrency: "USD", marginCurrency: "USD", tickSize: "0.1", digits: 1 };
const yearly = (changes: InstrumentChanges): InstrumentChanges => ({
  ...{ ...dollars, contractSize: "100", swapMode: "interest_current", swapLong: "-36", swapShort: "18" },
  ...changes,
});

describe("MetaTrader 5, Swaps", () => {
  test.each<Night>([
    {
      ...{ is: "points: 5 lots of USDTRY for -11.35", volume: "5", current: "4.3964", earns: "-12.94" },
      instrument: { ...lira, swapMode: "points", swapLong: "-11.35" },
    },
    {
      ...{ is: "points of so little that a point is worth nothing", volume: "0.01", earns: "0" },
      instrument: { contractSize: "1000", swapMode: "points", swapLong: "-11.35" },
    },
    {
      is: "a short position has its own",
      side: "sell",
      instrument: { swapMode: "points", swapShort: "2.5" },
      earns: "2.5",
    },
    { is: "three nights at once", instrument: { swapMode: "points", swapLong: "-7" }, nights: 3, earns: "-21" },
    {
      ...{ is: "money of the base, owed: bought at the ask", volume: "2", earns: "-13" },
      instrument: { swapMode: "base_currency", swapLong: "-5" },
    },
    {
      ...{ is: "money of the base, earned: sold at the bid", volume: "2", earns: "12.5" },
      instrument: { swapMode: "base_currency", swapLong: "5" },
    },
    { is: "money of the account", instrument: { swapMode: "account_currency", swapLong: "-5" }, earns: "-5" },
    { is: "money of the margin", instrument: { swapMode: "margin_currency", swapLong: "-1" }, earns: "-1.3" },
    { is: "money of the profit", instrument: { swapMode: "profit_currency", swapLong: "-1" }, earns: "-1" },
    // 100,000 EUR · 3.6% / 360 = 10 EUR, whatever the price.
    {
      ...{ is: "interest of forex: on the contract size", currency: "EUR", earns: "-10" },
      instrument: { swapMode: "interest_current", swapLong: "-3.6" },
    },
    {
      is: "interest of a CFD: 3300 USD a lot at 33",
      instrument: yearly({ calculationMode: "cfd" }),
      current: "33",
      earns: "-3.3",
    },
    {
      ...{ is: "interest of a future: 33,000 USD a lot at 33", current: "33", earns: "-33" },
      instrument: yearly({ calculationMode: "futures", tickValue: "1", marginInitial: "1" }),
    },
    {
      ...{ is: "interest on the price at which it was opened", open: "20", current: "33", earns: "-2" },
      instrument: yearly({ calculationMode: "cfd", swapMode: "interest_open" }),
    },
    { is: "nothing where there are none", instrument: { swapLong: "-5" }, earns: "0" },
    { is: "nothing where it is opened anew", instrument: { swapMode: "reopen_bid", swapLong: "-5" }, earns: "0" },
  ])("$is", (night) => expect(swapIn(night)).toBe(night.earns));
});

test("a night counts once, on the triple day three times, at the weekend not at all: seven in a week", () => {
  const instrument = completeInstrument(eurusd, { swapTripleDay: "wednesday" });
  expect(weekdays.map((day) => nightsOf(instrument, day))).toEqual([0, 1, 1, 3, 1, 1, 0]);
});
