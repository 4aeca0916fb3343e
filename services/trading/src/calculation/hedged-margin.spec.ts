import { completeInstrument, type InstrumentChanges, type Side } from "@tradesage/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimal, text } from "./decimal.ts";
import { hedgedMarginOf } from "./hedged-margin.ts";
import { type MarginKind, marginOf } from "./margin.ts";
import { eurusd, marketOf } from "./market-of.fixture.ts";

const market = marketOf([eurusd, 1.1194, 1.1195]);
const holding = (side: Side, volume: string, price: string) => ({
  side,
  volume: decimal(volume),
  price: decimal(price),
});
const margin = (
  changes: InstrumentChanges,
  leverage: number,
  holdings: readonly ReturnType<typeof holding>[],
  kind: MarginKind = "maintenance",
) => text(hedgedMarginOf(kind, { currency: "USD", leverage }, completeInstrument(eurusd, changes), holdings, market));
const rate = (initial: string) => ({ initial, maintenance: "0" });

describe("MetaTrader 5, Margin Calculation: Hedging", () => {
  test("what is covered and what is not, each at its average price and rate", () => {
    const sold = holding("sell", "1", "1.11943");
    const bought = holding("buy", "1", "1.11953");
    const changes = { marginHedged: "100000", marginRates: { buy: rate("2"), sell: rate("4") } };
    expect(margin(changes, 500, [sold, bought, sold, bought, sold])).toBe("2238.9");
  });
  test("the larger leg, where the instrument says so", () => {
    const long = [holding("buy", "1", "1.16214"), holding("buy", "2", "1.16207")];
    const short = [holding("sell", "1", "1.16184"), holding("sell", "1", "1.16189")];
    expect(margin({ marginOfLargerLeg: true }, 100, [...long, ...short])).toBe("3486.28");
  });
  test("a hedged margin of the contract size: two covered lots take what one takes", () =>
    expect(margin({}, 100, [holding("buy", "1", "1.2"), holding("sell", "1", "1.2")])).toBe("1200"));
  test("a hedged margin of zero: what is covered takes nothing", () =>
    expect(margin({ marginHedged: "0" }, 100, [holding("buy", "1", "1.2"), holding("sell", "1", "1.2")])).toBe("0"));
  test("a fixed margin: the hedged margin is money", () => {
    const fixed: InstrumentChanges = {
      ...{ calculationMode: "futures", baseCurrency: "USD", marginCurrency: "USD" },
      ...{ marginInitial: "1000", marginMaintenance: "500", marginHedged: "500" },
    };
    expect(margin(fixed, 100, [holding("buy", "1", "80")])).toBe("500");
    expect(margin(fixed, 100, [holding("buy", "1", "80"), holding("sell", "2", "80")])).toBe("1000");
  });
});

test("holdings on one side take what their sum takes", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 }), (steps) => {
      const holdings = steps.map((step) => holding("sell", String(step / 100), "1.2"));
      const sum = { ...holding("sell", "1", "1.2"), volume: decimal(String(steps.reduce((a, b) => a + b) / 100)) };
      const alone = marginOf("maintenance", { currency: "USD", leverage: 30 }, eurusd, sum, market);
      expect(margin({}, 30, holdings)).toBe(text(alone));
    }),
  ));
