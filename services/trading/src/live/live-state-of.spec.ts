import assert from "node:assert/strict";
import type { AccountEvent } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import fc from "fast-check";
import { describe, test } from "vitest";
import { accountId, deposited, opened } from "../account/account.fixture.ts";
import type { Account } from "../account/account.ts";
import { account } from "../account/index.ts";
import { decimal, moneyText, zero } from "../calculation/decimal.ts";
import type { Market } from "../calculation/market.ts";
import { eurgbp, eurusd, gbpusd, marketOf, usdjpy } from "../calculation/market-of.fixture.ts";
import { liveStateOf } from "./live-state-of.ts";

const begun: AccountEvent[] = [
  opened({ mode: "hedging" }),
  deposited(),
  { type: "CreditGiven", data: { accountId, amount: "500.00", currency: "USD" } },
];
const holds = (
  positionId: string,
  symbol: string,
  side: "buy" | "sell",
  price: string,
  margin: string,
): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, symbol, positionId, side, executionId: `x-${positionId}`, volume: "1", price, margin },
});
const rests: AccountEvent = {
  type: "OrderPlaced",
  data: {
    ...{ accountId, orderId: "o1", symbol: "EURUSD", side: "buy", volume: "1", kind: "limit", limitPrice: "1.00000" },
    margin: "1000.00",
  },
};
const NOW = 1_399_500_060_000;
const live = (market: Market, ageMs = 0): Market => ({
  ...market,
  quote: (symbol) => {
    const quote = market.quote(symbol);
    return quote && { ...quote, receivedAt: NOW - ageMs };
  },
});
const stateOf = (market: Market, ...events: readonly AccountEvent[]) =>
  liveStateOf(fold(account, [...begun, ...events]) as Account, market, { at: NOW, maxQuoteAgeMs: 60_000 }).state;

describe("what an account is worth", () => {
  test("is balance and credit where it holds nothing, and needs no quote", () => {
    const { equity, floating, freeMargin, marginLevel, valuation, quotes } = stateOf(marketOf([eurusd]));
    assert.deepEqual(
      { equity, floating, freeMargin, marginLevel, valuation, quotes },
      {
        ...{ equity: "10500.00", floating: "0.00", freeMargin: "10500.00", marginLevel: undefined },
        ...{ valuation: "live", quotes: [] },
      },
    );
  });

  test("counts each position at the price that would close it, and holds back what positions and orders take", () => {
    const state = stateOf(
      live(marketOf([eurusd, 1.1, 1.1002])),
      holds("p1", "EURUSD", "buy", "1.09000", "1100.00"),
      holds("p2", "EURUSD", "sell", "1.09500", "1100.00"),
      rests,
    );
    assert.deepEqual(
      state.positions.map(({ positionId, price, profit }) => [positionId, price, profit]),
      [
        ["p1", "1.1", "1000.00"],
        ["p2", "1.1002", "-520.00"],
      ],
    );
    const { floating, equity, margin, reserved, freeMargin, marginLevel, valuation } = state;
    assert.deepEqual(
      { floating, equity, margin, reserved, freeMargin, marginLevel, valuation },
      {
        ...{ floating: "480.00", equity: "10980.00", margin: "1100.00", reserved: "1000.00" },
        ...{ freeMargin: "8880.00", marginLevel: "998.18", valuation: "live" },
      },
    );
  });

  test("is at the account's currency by the tenant's own quotes, and tells of all that it was reckoned with", () => {
    const market = live(marketOf([eurgbp, 0.81, 0.81], [gbpusd, 1.5, 1.5002]));
    const state = stateOf(market, holds("p1", "EURGBP", "buy", "0.80000", "800.00"));
    assert.equal(state.floating, "1500.20");
    assert.deepEqual(
      state.quotes.map(({ symbol, bid, ask }) => [symbol, bid, ask]),
      [
        ["EURGBP", "0.81000", "0.81000"],
        ["GBPUSD", "1.50000", "1.50020"],
      ],
    );
  });

  test.each([
    ["a minute", 60_000, "live", false],
    ["longer than a minute", 60_001, "stale", true],
  ] as const)("is told at quotes that came %s ago, and that they did", (_, age, valuation, isStale) => {
    const state = stateOf(live(marketOf([eurusd, 1.1, 1.1]), age), holds("p1", "EURUSD", "buy", "1.09000", "1100.00"));
    assert.deepEqual([state.valuation, state.equity, state.quotes[0]?.isStale], [valuation, "11500.00", isStale]);
  });

  test("is stale where a quote did not come live, whatever its age", () =>
    assert.equal(
      stateOf(marketOf([eurusd, 1.1, 1.1]), holds("p1", "EURUSD", "buy", "1.09000", "1100.00")).valuation,
      "stale",
    ));

  test("adds up, whatever was paid in, lent and is held on either side of any instrument", () => {
    const cents = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((amount) => (amount / 100).toFixed(2));
    const position = fc.record({
      instrument: fc.constantFrom("EURUSD", "USDJPY", "EURGBP"),
      side: fc.constantFrom("buy" as const, "sell" as const),
      price: fc.integer({ min: 50_000, max: 200_000 }).map((points) => (points / 100_000).toFixed(5)),
    });
    const rate = fc.integer({ min: 50_000, max: 200_000 }).map((points) => points / 100_000);
    fc.assert(
      fc.property(cents, fc.array(position, { maxLength: 6 }), rate, rate, (adjusted, held, one, other) => {
        const market = live(
          marketOf([eurusd, one, one + 0.0001], [eurgbp, other, other], [usdjpy, 100 * one, 100 * other + 100]),
        );
        const state = stateOf(
          market,
          { type: "BalanceAdjusted", data: { accountId, amount: adjusted, currency: "USD", reason: "any" } },
          ...held.map(({ instrument, side, price }, index) => holds(`p${index}`, instrument, side, price, "100.00")),
          rests,
        );
        const sum = (...amounts: readonly (string | undefined)[]) =>
          moneyText(
            amounts.reduce((total, amount) => total.plus(decimal(amount ?? "NaN")), zero),
            "USD",
          );
        const { balance, credit, floating, equity, margin, reserved, freeMargin, positions } = state;
        assert.equal(equity, sum(balance, credit, floating));
        assert.equal(floating, sum(...positions.map(({ profit }) => profit)));
        assert.equal(equity, sum(freeMargin, margin, reserved));
        assert.ok(!margin.startsWith("-"));
      }),
    );
  });

  test("is not told where a position cannot be valued: that one says why, the others what they would earn", () => {
    const market = live(marketOf([usdjpy, 160, 160], [eurgbp, 0.81, 0.81], [gbpusd]));
    const state = stateOf(
      market,
      holds("p1", "USDJPY", "sell", "160.000", "1100.00"),
      holds("p2", "EURGBP", "buy", "0.80000", "800.00"),
      holds("p3", "GBPUSD", "buy", "1.50000", "800.00"),
    );
    const { valuation, balance, credit, margin, equity, floating, freeMargin, marginLevel } = state;
    assert.deepEqual(
      { valuation, balance, credit, margin },
      {
        ...{ valuation: "incomplete", balance: "10000.00", credit: "500.00", margin: "2700.00" },
      },
    );
    assert.deepEqual([equity, floating, freeMargin, marginLevel], [undefined, undefined, undefined, undefined]);
    assert.deepEqual(
      state.positions.map(({ profit, unvalued }) => profit ?? unvalued),
      ["0.00", "NO_CONVERSION_RATE", "NO_QUOTE"],
    );
  });
});
