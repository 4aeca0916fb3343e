import assert from "node:assert/strict";
import type { PaperTerms } from "@tradesage/contracts";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { accountId, type Floor, openFloor } from "./floor.fixture.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_399_500_000_000 }));
afterEach(() => void vi.useRealTimers());

async function begin(terms: object): Promise<Floor> {
  const floor = openFloor();
  await floor.send("OpenAccount", { accountId });
  await floor.send("Deposit", { accountId, amount: "1000000.00" });
  await floor.send("SetPaperTerms", { accountId, ...terms });
  await floor.tick(1.2, 1.2001);
  return floor;
}
const place = (floor: Floor, orderId: string, order: object = {}) =>
  floor.send("PlaceOrder", {
    ...{ accountId, orderId, symbol: "EURUSD", side: "buy", volume: "1", kind: "market", ...order },
  });
const fills = (floor: Floor) =>
  floor
    .events()
    .flatMap(({ type, data }) => (type === "OrderFilled" ? [`${data.orderId} ${data.volume} at ${data.price}`] : []));
const endings = (floor: Floor) =>
  floor
    .events()
    .flatMap(({ type, data }) =>
      type === "OrderCancelled" ? [`${data.orderId} ${data.remaining} ${data.reason}`] : [],
    );

describe("latency", () => {
  test("an order meets the price of the moment at which it arrives", async () => {
    const floor = await begin({ latencyMs: 100 });
    await place(floor, "a");
    await floor.pass(50);
    await floor.tick(1.3, 1.3001);
    assert.deepEqual(fills(floor), []);
    await floor.pass(60);
    assert.deepEqual(fills(floor), ["a 1 at 1.30010"]);
  });
  test("an order that arrives between two ticks meets the first, also when the second comes before anybody looked", async () => {
    const floor = await begin({ latencyMs: 100 });
    await place(floor, "a");
    vi.setSystemTime(Date.now() + 150);
    await floor.tick(1.3, 1.3001);
    assert.deepEqual(fills(floor), ["a 1 at 1.20010"]);
  });
  test("an order whose timer goes off before its time by the clock arrives all the same", async () => {
    const floor = await begin({ latencyMs: 100 });
    await place(floor, "a");
    vi.setSystemTime(Date.now() - 1);
    await floor.pass(100);
    assert.deepEqual(fills(floor), []);
    await floor.pass(1);
    assert.deepEqual(fills(floor), ["a 1 at 1.20010"]);
  });
  test("an order that is cancelled on its way is not filled", async () => {
    const floor = await begin({ latencyMs: 100 });
    await place(floor, "a");
    await floor.send("CancelOrder", { accountId, orderId: "a" });
    await floor.pass(200);
    await floor.tick(1.2, 1.2001);
    assert.deepEqual(fills(floor), []);
  });
  test("a restart neither shortens the way nor makes it longer", async () => {
    const floor = await begin({ latencyMs: 100, latencyJitterMs: 100, seed: "x" });
    const other = await begin({ latencyMs: 100, latencyJitterMs: 100, seed: "x" });
    await Promise.all([place(floor, "a"), place(other, "a")]);
    await floor.pass(50);
    await floor.restart();
    for (let n = 0; n < 20; n++) {
      await floor.pass(10);
      for (const one of [floor, other]) await one.tick(1.3 + n / 1000, 1.3001 + n / 1000);
    }
    assert.equal(fills(floor).length, 1);
    assert.deepEqual(fills(floor), fills(other));
  });
  test("a position's stop is the venue's own, and is not on its way", async () => {
    const floor = await begin({ latencyMs: 100 });
    await place(floor, "a", { stopLoss: "1.19000" });
    await floor.pass(100);
    await floor.tick(1.19, 1.1901);
    assert.equal(fills(floor).at(-1)?.endsWith("1 at 1.19000"), true);
    assert.equal(floor.state()?.positions.size, 0);
  });
});

describe("the terms of a tenant", () => {
  const terms = (ticks: number): PaperTerms => ({
    ...{ latencyMs: 100, latencyJitterMs: 0, slippage: { model: "fixed", ticks }, commission: { model: "none" } },
    seed: "",
  });
  async function funded(): Promise<Floor> {
    const floor = openFloor();
    await floor.send("OpenAccount", { accountId });
    await floor.send("Deposit", { accountId, amount: "1000000.00" });
    await floor.tick(1.2, 1.2001);
    return floor;
  }

  test("hold for an account without its own, and over a restart", async () => {
    const floor = await funded();
    floor.setTerms({ paperTerms: terms(3) });
    await place(floor, "a");
    await floor.pass(50);
    await floor.restart();
    assert.deepEqual(fills(floor), []);
    await floor.pass(50);
    await floor.tick(1.2, 1.2001);
    assert.deepEqual(fills(floor), ["a 1 at 1.20013"]);
  });
  test("do not hold for one that has its own, until these are cleared", async () => {
    const floor = await funded();
    floor.setTerms({ paperTerms: terms(3) });
    await floor.send("SetPaperTerms", { accountId });
    await place(floor, "a");
    await floor.send("ClearPaperTerms", { accountId });
    await place(floor, "b");
    await floor.pass(100);
    await floor.tick(1.2, 1.2001);
    assert.deepEqual(fills(floor), ["a 1 at 1.20010", "b 1 at 1.20013"]);
  });
  test("count from when they are set, also for orders that rest; those on their way arrive as they were", async () => {
    const floor = await funded();
    await place(floor, "stop", { kind: "stop", stopPrice: "1.21000" });
    floor.setTerms({ paperTerms: terms(3) });
    await place(floor, "a");
    floor.setTerms({ paperTerms: { ...terms(5), latencyMs: 0 } });
    await floor.tick(1.21, 1.2101);
    assert.deepEqual(fills(floor), ["stop 1 at 1.21015"]);
    await floor.pass(100);
    assert.deepEqual(fills(floor).at(-1), "a 1 at 1.21015");
  });
});

describe("slippage", () => {
  test("makes market and stop orders worse, by ticks; a limit order gets no worse than the quote", async () => {
    const floor = await begin({ slippage: { model: "fixed", ticks: 3 } });
    await place(floor, "market");
    await place(floor, "limit", { kind: "limit", limitPrice: "1.21000" });
    await place(floor, "stop", { kind: "stop", side: "sell", stopPrice: "1.19000" });
    await floor.tick(1.18, 1.1801);
    assert.deepEqual(fills(floor), ["market 1 at 1.20013", "limit 1 at 1.20010", "stop 1 at 1.17997"]);
  });
  test("by chance is the same for the same seed and order, whatever was drawn before", async () => {
    const slippage = { model: "random", ticks: 50 };
    const prices = async (seed: string, ids: string[]) => {
      const floor = await begin({ slippage, seed });
      for (const id of ids) await place(floor, id);
      return fills(floor).sort();
    };
    const all = await prices("one", ["a", "b", "c", "d"]);
    assert.deepEqual(await prices("one", ["d", "b", "c", "a"]), all);
    assert.notDeepEqual(await prices("two", ["a", "b", "c", "d"]), all);
    assert.ok(new Set(all.map((fill) => fill.slice(-7))).size > 1);
  });
});

describe("depth", () => {
  test("a quote fills so much of an order, and the next one goes on", async () => {
    const floor = await begin({ depth: "0.4" });
    await place(floor, "a");
    assert.deepEqual(fills(floor), ["a 0.4 at 1.20010"]);
    await place(floor, "other", { kind: "limit", limitPrice: "1.00000" });
    await floor.pass(1);
    await floor.tick(1.3, 1.3001);
    await floor.restart();
    await floor.pass(1);
    await floor.tick(1.4, 1.4001);
    await floor.tick(1.5, 1.5001);
    assert.deepEqual(fills(floor), ["a 0.4 at 1.20010", "a 0.4 at 1.30010", "a 0.2 at 1.40010"]);
  });
  test("ioc takes what there is, fok all or nothing", async () => {
    const floor = await begin({ depth: "0.4" });
    await place(floor, "ioc", { timeInForce: "ioc" });
    await place(floor, "fok", { timeInForce: "fok" });
    await place(floor, "small", { timeInForce: "fok", volume: "0.4" });
    assert.deepEqual(fills(floor), ["ioc 0.4 at 1.20010", "small 0.4 at 1.20010"]);
    assert.deepEqual(endings(floor), ["ioc 0.6 unfilled", "fok 1 unfilled"]);
  });
  test("a stop that was reached is filled to its end, wherever the market goes", async () => {
    const floor = await begin({ depth: "0.4" });
    await place(floor, "s", { kind: "trailing_stop", side: "sell", trailing: { distance: "0.01000" } });
    for (const bid of [1.19, 1.25, 1.3]) {
      await floor.pass(1);
      await floor.tick(bid, bid + 0.0001);
    }
    assert.deepEqual(fills(floor), ["s 0.4 at 1.19000", "s 0.4 at 1.25000", "s 0.2 at 1.30000"]);
  });
  test("a position's stop closes all of it, one order, over as many quotes as it takes", async () => {
    const floor = await begin({});
    await place(floor, "a", { stopLoss: "1.19000" });
    await floor.send("SetPaperTerms", { accountId, depth: "0.4" });
    for (const bid of [1.189, 1.188, 1.187]) {
      await floor.pass(1);
      await floor.tick(bid, bid + 0.0001);
    }
    assert.equal(floor.state()?.positions.size, 0);
    assert.equal(floor.events().filter(({ type }) => type === "OrderPlaced").length, 2);
  });
});
