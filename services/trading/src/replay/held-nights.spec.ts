import assert from "node:assert/strict";
import {
  type AccountEvent,
  type BrokerDeal,
  type Daily,
  type InstrumentSpecification,
  RiskRules,
} from "@tradesage/contracts";
import { describe, test } from "vitest";
import { accountId, deposited, opened } from "../account/account.fixture.ts";
import { eurusd } from "../calculation/market-of.fixture.ts";
import { type PastEvent, replay } from "./replay.ts";
import type { ReplayTick } from "./replay-market.ts";

const symbol = "EURUSD";
const costly = { ...eurusd, swapMode: "points", swapLong: "-7.2", swapShort: "2.1" } as const;
const time = (text: string) => Date.parse(`2026-01-${text}:00Z`);
const at = (text: string, ...events: readonly AccountEvent[]): PastEvent[] =>
  events.map((event) => ({ at: time(text), event }));

const order = (orderId: string, side: "buy" | "sell", reduceOnly = false): AccountEvent => ({
  type: "OrderPlaced",
  data: {
    ...{ accountId, orderId, symbol, side, volume: "1", kind: "market", margin: "0.00" },
    ...(reduceOnly && { reduceOnly }),
  },
});
const fill = (orderId: string, side: "buy" | "sell", price: string): AccountEvent => ({
  type: "OrderFilled",
  data: { accountId, orderId, symbol, side, volume: "1", price, executionId: `x-${orderId}`, remaining: "0" },
});
const begins: AccountEvent = {
  type: "PositionOpened",
  data: { accountId, symbol, side: "buy", executionId: "x-in", volume: "1", price: "1.10000", margin: "0.00" },
};
const ends: AccountEvent = {
  type: "PositionClosed",
  data: { accountId, symbol, side: "buy", executionId: "x-out", volume: "1", price: "1.11000", profit: "1000.00" },
};
const charged = (night: string): AccountEvent => ({
  type: "SwapCharged",
  data: { accountId, symbol, volume: "1", night, nights: 1, amount: "-7.00", currency: "USD" },
});

/** From Monday to Tuesday a lot is bought and sold; its price falls by a cent in between. */
const paper = [
  ...at("12T09:00", opened(), deposited()),
  ...at("12T20:00", order("in", "buy"), fill("in", "buy", "1.10000"), begins),
  ...at("13T00:01", charged("2026-01-12")),
  ...at("13T10:00", order("out", "sell"), fill("out", "sell", "1.11000"), ends),
];
const deal = (change: Partial<BrokerDeal>): BrokerDeal => ({
  ...{ ticket: "2", order: "1", position: "1", magic: "0", name: "EURUSD.r", symbol, type: 0, entry: 0, volume: "1" },
  ...{ price: "1.1", profit: "0", commission: "0", fee: "0", swap: "0", timeMsc: 0, ...change },
});
const dealt = (orderId: string, amount: string, change: Partial<BrokerDeal>): AccountEvent => ({
  type: "DealRecorded",
  data: { accountId, orderId, amount, deal: deal(change) },
});
/** The same at a broker, who tells what nights cost with the deal that closes the position. */
const atBroker = [
  ...at("12T09:00", opened({ venue: "mt5", terminal: { server: "Broker-Demo", login: 4711 } })),
  ...at("12T09:00", { type: "BrokerAdopted", data: { accountId, deals: [] } }),
  ...at("12T09:00", {
    type: "BalanceReconciled",
    data: { accountId, balance: "10000.00", difference: "10000.00" },
  }),
  ...at("12T20:00", order("in", "buy"), dealt("in", "-3.50", { commission: "-3.5" })),
  ...at("12T20:00", fill("in", "buy", "1.10000"), begins),
  ...at("13T10:00", order("out", "sell"), dealt("out", "-7.00", { entry: 1, type: 1, profit: "1000", swap: "-7" })),
  ...at("13T10:00", fill("out", "sell", "1.11000"), ends),
];

async function* ticks(): AsyncGenerator<ReplayTick> {
  for (const [when, price] of [
    ["12T09:00", 1.1],
    ["12T20:00", 1.1],
    ["12T23:00", 1.1],
    ["13T08:00", 1.09],
    ["13T10:00", 1.11],
    ["14T12:00", 1.11],
  ] as const)
    yield { symbol, bid: price, ask: price, timeMsc: time(when) };
}
const specified = (text: string, specification: InstrumentSpecification = costly) => ({
  at: time(text),
  specification,
});
async function under(
  rules: object,
  history: readonly PastEvent[],
  rollover?: Daily,
  instruments = [specified("12T00:00")],
) {
  const { balance, estimated, findings } = await replay({
    ...{ instruments, history, ticks, until: time("14T12:00") },
    terms: rollover ? [{ at: time("12T00:00"), terms: { rollover } }] : [],
    rules: RiskRules.parse({ name: "other", ...rules }),
  });
  const nights = estimated.map(({ charged: { night, amount, decidedBy } }) => [
    night,
    amount,
    decidedBy?.at.slice(8, 16),
  ]);
  return { balance, nights, findings: findings.map(({ what, which }) => `${what} ${which}`) };
}
/** Denies the order that closes: it comes within a day of the first. */
const oneADay = { limits: { orders: { count: 1, seconds: 86_400 } } };
const atMost700 = { losses: [{ id: "loss", anchor: "initial", allowed: { amount: "700" } }] };

describe("nights of a history that is run again", () => {
  test("cost what they did where the position is held as long as it was", async () => {
    assert.deepEqual(await under({}, paper), { balance: "10993.00", nights: [], findings: [] });
    assert.deepEqual(await under({}, atBroker), { balance: "10989.50", nights: [], findings: [] });
  });

  test("are estimated of a position that is held longer, and no more than these", async () => {
    const { balance, nights, findings } = await under(oneADay, paper);
    assert.deepEqual(findings, ["denied out"]);
    assert.deepEqual(nights, [["2026-01-13", "-7.20", "14T00:00"]]);
    assert.equal(balance, "9985.80");
  });

  test.each([
    ["13T23:59", "-72.00"],
    ["14T00:01", "-7.20"],
  ])("cost what the instrument was specified with when they began: another swap comes at %s", async (when, amount) => {
    const dearer = specified(when, { ...costly, swapLong: "-72" });
    const { nights } = await under(oneADay, paper, undefined, [specified("12T00:00"), dearer]);
    assert.deepEqual(nights, [["2026-01-13", amount, "14T00:00"]]);
  });

  test("cost what the instrument was first specified with where that is told only later", async () => {
    const { nights } = await under(oneADay, paper, undefined, [specified("14T06:00")]);
    assert.deepEqual(nights, [["2026-01-13", "-7.20", "14T00:00"]]);
  });

  test("begin at the tenant's rollover of then", async () => {
    const { nights } = await under(oneADay, paper, { at: "17:00", zone: "America/New_York" });
    assert.deepEqual(nights, [["2026-01-13", "-7.20", "13T22:00"]]);
  });

  test("at a broker begin by his clock, and are estimated where no deal tells them", async () => {
    const { balance, nights } = await under(oneADay, atBroker, { at: "17:00", zone: "America/New_York" });
    assert.deepEqual(nights, [
      ["2026-01-12", "-7.20", "13T00:00"],
      ["2026-01-13", "-7.20", "14T00:00"],
    ]);
    assert.equal(balance, "9982.10");
  });

  test("at a broker are booked with the end that the rules give the position", async () => {
    const { balance, nights, findings } = await under(atMost700, atBroker);
    assert.deepEqual(findings, ["breached loss", "denied out"]);
    assert.deepEqual(nights, [["2026-01-12", "-7.20", "13T00:00"]]);
    assert.equal(balance, "8989.30");
  });

  test("at a broker are not told by deals in which positions close each other that are not both there", async () => {
    const named = (positionId: string, side: "buy" | "sell") => ({ accountId, symbol, positionId, side });
    const begin = (positionId: string, side: "buy" | "sell", price: string): AccountEvent[] => [
      order(positionId, side),
      fill(positionId, side, price),
      {
        type: "PositionOpened",
        data: { ...named(positionId, side), executionId: `x-${positionId}`, volume: "1", price, margin: "0.00" },
      },
    ];
    const end = (positionId: string, side: "buy" | "sell", swap: string, profit: string): AccountEvent[] => [
      { type: "DealRecorded", data: { accountId, amount: swap, deal: deal({ entry: 3, swap, profit }) } },
      {
        type: "PositionClosed",
        data: { ...named(positionId, side), executionId: "by", volume: "1", price: "1.11000", profit, margin: "0.00" },
      },
    ];
    const [, ...adopted] = atBroker.slice(0, 3);
    const hedging = [
      ...at("12T09:00", opened({ mode: "hedging", venue: "mt5", terminal: { server: "Broker-Demo", login: 4711 } })),
      ...adopted,
      ...at("12T20:00", ...begin("long", "buy", "1.10000")),
      ...at("12T23:00", ...begin("short", "sell", "1.11000")),
      ...at("13T10:00", ...end("long", "buy", "-7.00", "1000.00"), ...end("short", "sell", "2.00", "0.00")),
    ];
    assert.deepEqual(await under({}, hedging), { balance: "10995.00", nights: [], findings: [] });
    const { balance, nights } = await under({ limits: { openPositions: 1 } }, hedging);
    assert.deepEqual(nights, [
      ["2026-01-12", "-7.20", "13T00:00"],
      ["2026-01-13", "-7.20", "14T00:00"],
    ]);
    assert.equal(balance, "9985.60");
  });

  test("are none of an instrument that costs nothing, nor of a weekend", async () => {
    const friday = paper.map(({ at, event }) => ({ at: at + 4 * 86_400_000, event }));
    async function* later() {
      for await (const tick of ticks()) yield { ...tick, timeMsc: tick.timeMsc + 4 * 86_400_000 };
    }
    const { estimated } = await replay({
      ...{ instruments: [specified("12T00:00")], history: friday, terms: [], ticks: later, until: time("19T12:00") },
      rules: RiskRules.parse({ name: "other", ...oneADay }),
    });
    // Friday's and the weekend's are over: the history told of the first, and Sunday's is none.
    assert.deepEqual(estimated, []);
  });
});
