import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { AccountCommand, AccountEvent, DataOf, RiskRules, Side } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import type { RecordedEvent } from "@tradesage/event-store";
import { pino } from "pino";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { accountId, deposited, opened } from "../account/account.fixture.ts";
import { account } from "../account/index.ts";
import { eurgbp, eurusd, gbpusd } from "../calculation/market-of.fixture.ts";
import { createMarkets } from "../markets/markets.ts";
import { createRiskWatch, type RiskWatch } from "./risk-watch.ts";

const tenant = "acme";
const NOW = Date.UTC(2026, 0, 15, 12);
const HOUR_MS = 3_600_000;
let now = NOW;
let watching: RiskWatch | undefined;
beforeEach(() => {
  now = NOW;
});
afterEach(() => {
  watching?.close();
  vi.useRealTimers();
});

type Anchors = NonNullable<DataOf<AccountEvent, "RiskRulesSet">["anchors"]>;

/** A hedging account of 10,000 dollars under rules, watched; a lot of EURUSD earns a dollar a point of 0.00001. */
function watched({ anchors, ...rules }: Partial<RiskRules> & { anchors?: Anchors }, ...held: readonly AccountEvent[]) {
  const events: AccountEvent[] = [
    opened({ mode: "hedging" }),
    deposited(),
    {
      type: "RiskRulesSet",
      data: {
        ...{ accountId, version: 1, initial: "10000.00", ...(anchors && { anchors }) },
        rules: { name: "house", limits: {}, losses: [], margin: {}, ...rules },
      },
    },
    ...held,
  ];
  const given = events.length;
  let asked = 0;
  let reads = 0;
  const markets = createMarkets();
  for (const instrument of [eurusd, eurgbp, gbpusd]) markets.of(tenant).define(instrument);
  const state = () => fold(account, events);
  const watch = createRiskWatch({
    ...{ markets, now: () => now, logger: pino({ level: "silent" }), watch: () => undefined },
    read: async () => {
      reads++;
      return { state: state(), revision: BigInt(events.length - 1) };
    },
    policy: {
      async send({ command, data }) {
        asked++;
        const moment = { ...markets.of(tenant), at: now, restrictions: [] };
        events.push(...account.decide({ type: command, data } as unknown as AccountCommand, state(), moment));
      },
    },
  });
  watching = watch;
  watch.apply(tenant, { type: "RiskRulesSet", data: { accountId } } as unknown as RecordedEvent);
  watch.open();
  return {
    async tick(symbol: string, bid: number, ask = bid) {
      const quote = { bid, ask, timeMsc: now, receivedAt: now };
      markets.of(tenant).update(symbol, quote);
      await turn();
      watch.tick(tenant, symbol, quote);
      for (let round = 0; round < 5; round++) await turn();
    },
    watches: (symbol: string) => watch.watches(tenant, symbol),
    /** What has followed, and how often the account was asked. */
    told: () => events.slice(given).map(({ type }) => type),
    closed: () => events.flatMap((event) => (event.type === "OrderPlaced" ? [event.data.positionId] : [])),
    asked: () => asked,
    reads: () => reads,
    /** Timers go on by so much, and what they begin is done. */
    async pass(ms: number) {
      vi.advanceTimersByTime(ms);
      for (let round = 0; round < 10; round++) await turn();
    },
  };
}
const holds = (positionId: string, side: Side, volume = "1", symbol = "EURUSD", price = "1.10000"): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, positionId, symbol, side, executionId: `x-${positionId}`, volume, price, margin: "1100.00" },
});
/** At one o'clock, an hour from now, the balance is the anchor. */
const daily = {
  losses: [
    {
      ...{ id: "day", anchor: "balance", daily: { at: "13:00", zone: "UTC" } },
      ...{ trailing: false, lockedAtInitial: false, breach: "at", flatten: true, allowed: { amount: "500" } },
    },
  ],
  anchors: [{ rule: "day", value: "10000.00", until: new Date(NOW + HOUR_MS).toISOString() }],
} satisfies Partial<RiskRules> & { anchors: Anchors };
const loses500 = {
  losses: [
    {
      ...{ id: "loss", anchor: "initial", trailing: false, lockedAtInitial: false, breach: "at", flatten: true },
      allowed: { amount: "500" },
    },
  ],
} satisfies Partial<RiskRules>;
const halted = ["RiskRuleBreached", "TradingStateChanged"];

describe("a hedging account that is watched", () => {
  test("is left alone wherever the price goes while what it holds on both sides outweighs each other", async () => {
    const one = watched(loses500, holds("p1", "buy"), holds("p2", "sell"));
    for (let points = 0; points <= 2000; points += 50) await one.tick("EURUSD", 1.1 + points / 100_000);
    assert.deepEqual([one.told(), one.asked()], [[], 0]);
  });

  test("loses on both sides where the spread widens: its rule is broken, and each position closed by its name", async () => {
    const one = watched(loses500, holds("p1", "buy"), holds("p2", "sell"));
    await one.tick("EURUSD", 1.1, 1.10499);
    assert.deepEqual(one.told(), []);
    await one.tick("EURUSD", 1.1, 1.105);
    assert.deepEqual(one.told(), [...halted, "OrderPlaced", "OrderPlaced"]);
    assert.deepEqual(one.closed(), ["p1", "p2"]);
  });

  test("is counted by what one side has more than the other", async () => {
    const one = watched(loses500, holds("p1", "buy", "3"), holds("p2", "sell", "1"), holds("p3", "sell", "1"));
    await one.tick("EURUSD", 1.0951);
    assert.deepEqual(one.told(), []);
    await one.tick("EURUSD", 1.095);
    assert.deepEqual(one.closed(), ["p1", "p2", "p3"]);
  });

  test("is stopped out by the position with the largest loss, one at a time: its end tells what it has freed", async () => {
    const one = watched({ margin: { stopOut: "500" } }, holds("p1", "buy", "1"), holds("p2", "buy", "2"));
    // 1,100 are held by both together: 500% of it is an equity of 5,500.
    await one.tick("EURUSD", 1.08501);
    assert.deepEqual(one.told(), []);
    await one.tick("EURUSD", 1.085);
    assert.deepEqual([one.told(), one.closed()], [["StopOutReached", "OrderPlaced"], ["p2"]]);
    await one.tick("EURUSD", 1.0849);
    assert.deepEqual(one.closed(), ["p2"]);
  });

  test("breaks its rule by the rate of its currency alone, without a tick of what it holds", async () => {
    // 10,000 pounds lost are 15,000 dollars at 1.5; with the gain of another position 400 dollars are lost.
    const events = [holds("p1", "buy", "1", "EURGBP", "0.90000"), holds("p2", "buy", "1", "EURUSD", "0.95400")];
    const one = watched(loses500, ...events);
    await one.tick("EURUSD", 1.1);
    await one.tick("EURGBP", 0.8);
    await one.tick("GBPUSD", 1.5);
    assert.deepEqual([one.told(), one.watches("GBPUSD")], [[], true]);
    await one.tick("GBPUSD", 1.5099);
    assert.deepEqual(one.told(), []);
    await one.tick("GBPUSD", 1.51);
    assert.deepEqual(one.told().slice(0, 2), halted);
  });

  test("is asked nothing before all that it holds can be valued, and then at once", async () => {
    const one = watched(loses500, holds("p1", "buy"), holds("p2", "buy", "1", "EURGBP", "0.80000"));
    await one.tick("EURUSD", 1.09);
    await one.tick("EURGBP", 0.8);
    assert.deepEqual(one.told().slice(0, 2), halted);
  });
});

describe("the time of day at which an anchor is taken", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));

  test("comes once, though the timer goes off a moment before it by the clock, or the clock is set back", async () => {
    const one = watched(daily);
    await one.pass(0);
    now += HOUR_MS - 1;
    await one.pass(HOUR_MS);
    assert.deepEqual(one.told(), []);
    now += 1;
    await one.pass(1);
    assert.deepEqual(one.told(), ["RiskAnchorsTaken"]);
    now -= 60_000;
    await one.pass(2 * HOUR_MS);
    assert.deepEqual(one.told(), ["RiskAnchorsTaken"]);
  });

  test("is looked for once a second, and not all the time, where the account cannot be valued", async () => {
    const one = watched(daily, holds("p1", "buy"));
    await one.pass(0);
    now += HOUR_MS;
    await one.pass(HOUR_MS);
    const before = one.reads();
    for (let ms = 0; ms < 2000; ms += 50) await one.pass(50);
    assert.ok(one.reads() - before <= 2, `${one.reads() - before}`);
    await one.tick("EURUSD", 1.1);
    assert.deepEqual(one.told(), ["RiskAnchorsTaken"]);
  });
});
