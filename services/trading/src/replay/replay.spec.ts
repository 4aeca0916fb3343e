import assert from "node:assert/strict";
import { type AccountEvent, RiskRules } from "@tradesage/contracts";
import { describe, test } from "vitest";
import { accountId, deposited, opened } from "../account/account.fixture.ts";
import { eurusd } from "../calculation/market-of.fixture.ts";
import { replay } from "./replay.ts";
import type { ReplayTick } from "./replay-market.ts";

const symbol = "EURUSD";
const START = Date.parse("2026-01-12T09:00:00Z");
const minute = (count: number) => START + count * 60_000;

const placed = (orderId: string, side: "buy" | "sell", volume: string, reduceOnly = false): AccountEvent => ({
  type: "OrderPlaced",
  data: {
    ...{ accountId, orderId, symbol, side, volume, kind: "market", margin: "0.00" },
    ...(reduceOnly && { reduceOnly }),
  },
});
const filled = (orderId: string, side: "buy" | "sell", volume: string, price: string): AccountEvent => ({
  type: "OrderFilled",
  data: {
    ...{ accountId, orderId, symbol, side, volume, price, executionId: `x-${orderId}`, remaining: "0" },
    quote: { bid: price, ask: price, timeMsc: START },
  },
});
/** A lot is bought at 1.10000 in the first minute and sold at 1.11000 in the tenth; half-way it is at 1.09000. */
const history = [
  { at: START, event: opened() },
  { at: START, event: deposited() },
  { at: minute(1), event: placed("in", "buy", "1") },
  { at: minute(1), event: filled("in", "buy", "1", "1.10000") },
  { at: minute(10), event: placed("out", "sell", "1", true) },
  { at: minute(10), event: filled("out", "sell", "1", "1.11000") },
];
const prices = [1.1, 1.1, 1.097, 1.095, 1.093, 1.09, 1.095, 1.1, 1.105, 1.11];
async function* ticks(): AsyncGenerator<ReplayTick> {
  for (const [index, price] of prices.entries()) yield { symbol, bid: price, ask: price, timeMsc: minute(index) };
}
const under = (rules: object, past = history) =>
  replay({
    ...{ instruments: [{ at: START, specification: eurusd }], history: past, terms: [], ticks, until: minute(20) },
    rules: RiskRules.parse({ name: "other", ...rules }),
  });

describe("a history that is run again", () => {
  test("under rules that stop nothing ends as it did", async () => {
    const { findings, balance, ticks } = await under({});
    assert.deepEqual([findings, balance, ticks], [[], "11000.00", prices.length]);
  });

  test("has what was paid out, lent and corrected in it", async () => {
    const moved = (type: "FundsWithdrawn" | "CreditGiven" | "BalanceAdjusted", amount: string) => ({
      at: minute(2),
      event: { type, data: { accountId, amount, currency: "USD", reason: "agreed" } } as AccountEvent,
    });
    const money = [moved("FundsWithdrawn", "300.00"), moved("CreditGiven", "50.00"), moved("BalanceAdjusted", "-7.00")];
    const { balance } = await under({}, [...history.slice(0, 4), ...money, ...history.slice(4)]);
    assert.equal(balance, "10693.00");
  });

  test("under a limit is without the order that was denied, and without what came of it", async () => {
    const { findings, balance } = await under({ limits: { orderVolume: "0.5" } });
    assert.deepEqual(
      findings.map(({ at, what, which, values }) => [at, what, which, values["code"]]),
      [[minute(1), "denied", "in", "ORDER_VOLUME_EXCEEDED"]],
    );
    assert.equal(balance, "10000.00");
  });

  test("under a loss rule ends at the tick that breaks it, at its price", async () => {
    const losses = [{ id: "loss", anchor: "initial", allowed: { amount: "700" } }];
    const { findings, balance } = await under({ losses });
    assert.deepEqual(findings, [
      {
        ...{ at: minute(4), what: "breached", which: "loss" },
        values: { equity: "9300.00", balance: "10000.00", floor: "9300.00", anchor: "10000.00" },
      },
    ]);
    assert.equal(balance, "9300.00");
  });

  test("under margin levels tells the call and the stop-out", async () => {
    // Margin 1,100: 850% is an equity of 9,350, 820% one of 9,020.
    const { findings } = await under({ margin: { call: "850", stopOut: "820" } });
    assert.deepEqual(
      findings.map(({ at, what }) => [at, what]),
      [
        [minute(4), "margin-called"],
        [minute(5), "stopped-out"],
      ],
    );
  });

  const charged = (volume: string, amount: string): AccountEvent => ({
    type: "SwapCharged",
    data: { accountId, symbol, volume, night: "2026-01-12", nights: 1, amount, currency: "USD" },
  });
  const begun: AccountEvent = {
    type: "PositionOpened",
    data: { accountId, symbol, side: "buy", executionId: "x-in", volume: "1", price: "1.10000", margin: "0.00" },
  };
  const overnight = [
    ...history.slice(0, 4),
    { at: minute(1), event: begun },
    { at: minute(5), event: charged("1", "-7.00") },
    ...history.slice(4),
  ];

  test("has what its nights cost in it, and not those of a position that it has no more", async () => {
    assert.equal((await under({}, overnight)).balance, "10993.00");
    const { balance } = await under({ limits: { orderVolume: "0.5" } }, overnight);
    assert.equal(balance, "10000.00");
  });

  test("has a share of what a night cost where it has a part of the position", async () => {
    const twice = [
      ...overnight.slice(0, 5),
      { at: minute(2), event: placed("more", "buy", "3") },
      { at: minute(2), event: filled("more", "buy", "3", "1.10000") },
      { at: minute(5), event: charged("4", "-28.00") },
      ...history.slice(4),
    ];
    const { balance } = await under({ limits: { orderVolume: "2" } }, twice);
    assert.equal(balance, "10993.00");
  });

  test("has positions close each other as they did, at the price at which the second was opened", async () => {
    const of = (positionId: string, side: "buy" | "sell") => ({
      accountId,
      symbol,
      positionId,
      side,
      executionId: "by",
    });
    const ended = { volume: "1", price: "1.10500", margin: "0.00" };
    const past: { at: number; event: AccountEvent }[] = [
      { at: START, event: opened({ mode: "hedging" }) },
      { at: START, event: deposited() },
      { at: minute(1), event: placed("long", "buy", "1") },
      { at: minute(1), event: filled("long", "buy", "1", "1.10000") },
      { at: minute(2), event: placed("short", "sell", "1") },
      { at: minute(2), event: filled("short", "sell", "1", "1.10500") },
      { at: minute(8), event: { type: "PositionClosed", data: { ...of("long", "buy"), ...ended, profit: "500.00" } } },
      { at: minute(8), event: { type: "PositionClosed", data: { ...of("short", "sell"), ...ended, profit: "0.00" } } },
    ];
    assert.equal((await under({}, past)).balance, "10500.00");
    assert.equal((await under({ limits: { openPositions: 1 } }, past)).balance, "10000.00");
  });
});
