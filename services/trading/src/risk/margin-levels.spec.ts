import assert from "node:assert/strict";
import type { AccountCommand, AccountEvent, MarginLevels } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import { describe, test } from "vitest";
import { accountId, deposited, opened } from "../account/account.fixture.ts";
import { account } from "../account/index.ts";
import { eurusd, gbpusd, marketOf } from "../calculation/market-of.fixture.ts";

const assessment = "0d9f8b4e-7c52-5d0a-9a3e-2f7d6c1b8a90";
const at = (euro: number, pound: number) => marketOf([eurusd, euro, euro], [gbpusd, pound, pound]);

const ruled = (margin: MarginLevels): AccountEvent => ({
  type: "RiskRulesSet",
  data: { accountId, version: 1, rules: { name: "house", limits: {}, losses: [], margin }, initial: "10000.00" },
});
/** A lot of each: a point of 0.00001 is a dollar. */
const holds = (symbol: string, price: string, margin: string): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, symbol, side: "buy", executionId: `x-${symbol}`, volume: "1", price, margin },
});
const assess: AccountCommand = { type: "AssessRisk", data: { accountId, assessment, quotes: [] } };
const both = [holds("EURUSD", "1.10000", "4000.00"), holds("GBPUSD", "1.50000", "6000.00")];
const levels = { call: "100", stopOut: "50" };
const history = (...events: readonly AccountEvent[]) => [opened(), deposited(), ruled(levels), ...both, ...events];
const decided = (market: ReturnType<typeof at>, ...events: readonly AccountEvent[]) =>
  account.decide(assess, fold(account, history(...events)), market);
const types = (events: readonly AccountEvent[]) => events.map(({ type }) => type);
const closed = (events: readonly AccountEvent[]) =>
  events.flatMap((event) => (event.type === "OrderPlaced" ? [event.data.symbol] : []));
const rests: AccountEvent = {
  type: "OrderPlaced",
  data: {
    ...{ accountId, orderId: "o1", symbol: "EURUSD", side: "buy", volume: "1", kind: "limit", limitPrice: "1.00000" },
    margin: "0.00",
  },
};

describe("the margin level", () => {
  test("at the call is no call; below it is one, told once with all behind it", () => {
    assert.deepEqual(decided(at(1.1, 1.5)), []);
    const [called] = decided(at(1.09999, 1.5));
    assert.equal(called?.type, "MarginCalled");
    assert.deepEqual(called?.type === "MarginCalled" && { ...called.data, positions: called.data.positions.length }, {
      ...{ accountId, version: 1, balance: "10000.00", equity: "9999.00", margin: "10000.00" },
      ...{ level: "99.99", call: "100", positions: 2 },
    });
    assert.deepEqual(decided(at(1.09999, 1.5), called as AccountEvent), []);
  });
  test("that recovers ends the call", () => {
    const called = decided(at(1.09, 1.5));
    assert.deepEqual(types(decided(at(1.2, 1.5), ...called)), ["MarginCallEnded"]);
  });
  test("at the stop-out cancels what could open something and closes the position with the largest loss first", () => {
    // Equity 5,000 of 10,000: without the pound's 6,000 it is 125%.
    const events = decided(at(1.08, 1.47), rests);
    assert.deepEqual(types(events), ["MarginCalled", "StopOutReached", "OrderCancelled", "OrderPlaced"]);
    assert.deepEqual(closed(events), ["GBPUSD"]);
    const [order] = events.slice(-1);
    assert.deepEqual(order?.data, {
      ...{ accountId, orderId: `${assessment}-0`, symbol: "GBPUSD", side: "sell", volume: "1", kind: "market" },
      ...{ reduceOnly: true, forced: "stop_out", margin: "0.00" },
    });
  });
  test("closes no more than must be, and not twice what is being closed", () => {
    const first = decided(at(1.08, 1.47));
    assert.deepEqual(decided(at(1.08, 1.47), ...first), []);
    assert.deepEqual(closed(decided(at(1.02, 1.48))), ["EURUSD", "GBPUSD"]);
  });
  test("that nothing was said of is not held against anything", () =>
    assert.deepEqual(
      account.decide(assess, fold(account, [opened(), deposited(), ruled({}), ...both]), at(1.01, 1.4)),
      [],
    ));
});
