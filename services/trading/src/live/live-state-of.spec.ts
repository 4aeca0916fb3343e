import assert from "node:assert/strict";
import type { AccountEvent } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import { describe, test } from "vitest";
import type { Account } from "../account/account.ts";
import { account } from "../account/index.ts";
import type { Market } from "../calculation/market.ts";
import { eurgbp, eurusd, gbpusd, marketOf, usdjpy } from "../calculation/market-of.fixture.ts";
import { liveStateOf } from "./live-state-of.ts";

const accountId = "main";
const opened: AccountEvent[] = [
  {
    type: "AccountOpened",
    data: { accountId, name: "main", currency: "USD", leverage: 100, mode: "hedging", venue: "paper" },
  },
  { type: "FundsDeposited", data: { accountId, amount: "10000.00", currency: "USD" } },
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
  liveStateOf(fold(account, [...opened, ...events]) as Account, market, { at: NOW, maxQuoteAgeMs: 60_000 }).state;

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
