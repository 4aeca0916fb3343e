import assert from "node:assert/strict";
import type { JsonObject } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, beforeEach, describe, test } from "vitest";
import type { Trading } from "../src/trading.ts";
import { type Desk, desk } from "./desk.ts";
import { codeOf, type Servers, startServers } from "./servers.ts";

let servers: Servers;
let trading: Trading;
let one: Desk;
let tests = 0;

beforeAll(async () => {
  servers = await startServers();
  trading = await servers.startTrading();
});
afterAll(async () => {
  await trading.stop();
  await servers.close();
});

/** A lot is bought at 1.10000 by an account of 10,000 dollars, under rules: a point of 0.00001 is a dollar. */
beforeEach(async () => {
  one = desk(servers.bus, servers.eventStore, `watched_${++tests}`);
  await one.activate();
  await one.open();
  await until("a position", async () => {
    one.tick(1.1, 1.1);
    const outcome = await codeOf(one.place("o1", { volume: "1" }));
    return ["accepted", "ORDER_EXISTS"].includes(outcome) && (await one.fillOf("o1")) ? true : undefined;
  });
});

const hold = (rules: JsonObject) => one.send("SetRiskRules", { accountId: "main", rules: { name: "house", ...rules } });
const loss = { id: "loss", anchor: "initial", allowed: { amount: "500" } };
const told = async (type: string) => (await one.events()).filter((event) => event.type === type);
const falls = (price: number, type: string) =>
  until(type, async () => {
    one.tick(price, price);
    return (await told(type))[0];
  });
const count = async () => (await one.events()).length;

describe("an account that is watched", () => {
  test("breaks its rule at the tick that reaches its floor: it is halted, and holds nothing, once", async () => {
    await hold({ losses: [loss] });
    one.tick(1.09501, 1.09501);
    const breached = await falls(1.095, "RiskRuleBreached");
    const { equity, floor, positions } = breached.data as { equity: string; floor: string; positions: unknown[] };
    assert.deepEqual([equity, floor, positions.length], ["9500.00", "9500.00", 1]);
    await until("the position is closed", async () => (await told("PositionClosed"))[0]);
    assert.equal(await codeOf(one.place("o2")), "TRADING_HALTED");
    assert.deepEqual(
      [await told("RiskRuleBreached"), await told("TradingStateChanged"), await told("PositionClosed")].map(
        ({ length }) => length,
      ),
      [1, 1, 1],
    );
    assert.equal((breached.metadata as { actor: string }).actor, "service:risk");
  });

  test("is not asked about what cannot follow", async () => {
    await hold({ losses: [loss] });
    const before = await count();
    for (let price = 1.0951; price < 1.11; price += 0.0001) one.tick(price, price);
    await falls(1.095, "RiskRuleBreached");
    const between = (await one.events()).slice(before).map(({ type }) => type);
    assert.equal(between[0], "RiskRuleBreached");
  });

  test("is called, and stopped out at the level that it is told", async () => {
    await hold({ margin: { call: "800", stopOut: "700" } });
    // Margin 1,100: 800% is an equity of 8,800, 700% one of 7,700.
    await falls(1.0879, "MarginCalled");
    assert.deepEqual(await told("StopOutReached"), []);
    await falls(1.077, "StopOutReached");
    await until("the position is closed", async () => (await told("PositionClosed"))[0]);
    assert.equal((await told("TradingStateChanged")).length, 0);
  });

  test("is watched also after a restart, without a tick of its own first", async () => {
    await hold({ losses: [{ ...loss, flatten: false }] });
    await trading.stop();
    trading = await servers.startTrading();
    await falls(1.09, "RiskRuleBreached");
    assert.equal((await told("PositionClosed")).length, 0);
  });
});
