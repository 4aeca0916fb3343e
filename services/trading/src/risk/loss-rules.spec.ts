import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  type AccountCommand,
  type AccountEvent,
  type LossRule,
  type ReconciledBecause,
  RiskRules,
} from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import { describe, test } from "vitest";
import { accountId } from "../account/account.fixture.ts";
import type { Account, AccountState } from "../account/account.ts";
import { account } from "../account/index.ts";
import { moneyText } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { floorOf } from "./loss-rules.ts";

const symbol = "EURUSD";
const assessment = "0d9f8b4e-7c52-5d0a-9a3e-2f7d6c1b8a90";
const published = (name: string): RiskRules =>
  RiskRules.parse(
    JSON.parse(readFileSync(new URL(`../../../../docs/risk-rules/${name}.json`, import.meta.url), "utf8")),
  );

/** An account of 100,000 dollars under rules, and its days. A lot of EURUSD earns 1 dollar a point of 0.00001. */
function story(rules: RiskRules, start: string) {
  let state: AccountState;
  let executions = 0;
  const at = (time: string, price: number): Moment => ({ ...marketOf([eurusd, price, price]), at: Date.parse(time) });
  const emit = (...events: readonly AccountEvent[]) => {
    state = fold({ initialState: state, evolve: account.evolve }, events);
    return events;
  };
  const decide = (command: AccountCommand, moment: Moment) => emit(...account.decide(command, state, moment));
  const open: AccountCommand = {
    type: "OpenAccount",
    data: { accountId, currency: "USD", leverage: 100, mode: "netting", venue: "paper" },
  };
  decide(open, at(start, 1.1));
  decide({ type: "Deposit", data: { accountId, amount: "100000" } }, at(start, 1.1));
  decide({ type: "SetRiskRules", data: { accountId, rules } }, at(start, 1.1));

  return {
    /** Ten lots are bought at 1.10000: a pip is 100 dollars. */
    buys: () =>
      emit({
        type: "PositionOpened",
        data: {
          ...{ accountId, symbol, side: "buy", executionId: `x${++executions}` },
          ...{ volume: "10", price: "1.10000", margin: "11000.00" },
        },
      }),
    /** They are sold, and what was earned is in the balance. */
    earns: (profit: string) =>
      emit({
        type: "PositionClosed",
        data: {
          ...{ accountId, symbol, side: "buy", executionId: `x${++executions}` },
          ...{ volume: "10", price: "1.10000", profit },
        },
      }),
    /** What follows at a price. */
    sees(time: string, price: number): readonly AccountEvent[] {
      const bid = price.toFixed(5);
      const quotes = [{ symbol, bid, ask: bid, timeMsc: Date.parse(time) }];
      return decide({ type: "AssessRisk", data: { accountId, assessment, quotes } }, at(time, price));
    },
    floor(rule: string): string {
      const { risk, currency } = state as Account;
      const found = rules.losses.find(({ id }) => id === rule);
      assert.ok(found);
      return moneyText(floorOf(risk, found, currency), currency);
    },
    deposits: (amount: string, time: string) => decide({ type: "Deposit", data: { accountId, amount } }, at(time, 1.1)),
    tells: (command: AccountCommand, time: string) => decide(command, at(time, 1.1)),
    hears: (event: AccountEvent) => emit(event),
  };
}

const types = (events: readonly AccountEvent[]) => events.map(({ type }) => type);
const broken = (events: readonly AccountEvent[]) =>
  events.flatMap((event) => (event.type === "RiskRuleBreached" ? [event.data.rule.id] : []));

describe("FTMO 2-Step, 100,000 dollars", () => {
  const rules = published("ftmo-2-step");
  test("on the first day equity may not drop below 95,000; at it, it may stand", () => {
    const trader = story(rules, "2026-01-15T09:00:00Z");
    assert.equal(trader.floor("daily-loss"), "95000.00");
    assert.equal(trader.floor("max-loss"), "90000.00");
    trader.buys();
    assert.deepEqual(trader.sees("2026-01-15T12:00:00Z", 1.095), []);
    assert.deepEqual(broken(trader.sees("2026-01-15T12:00:01Z", 1.09499)), ["daily-loss"]);
  });
  test("a profit of 4,000 on Monday allows a loss of 9,000 until midnight in Prague, and of 5,000 after it", () => {
    const trader = story(rules, "2026-01-12T09:00:00Z");
    trader.buys();
    trader.earns("4000.00");
    trader.buys();
    assert.deepEqual(trader.sees("2026-01-12T22:59:59Z", 1.0911), []);
    // Balance 104,000 at midnight: the floor is 99,000, and the equity of 95,100 below it.
    const after = trader.sees("2026-01-12T23:00:00Z", 1.0911);
    assert.deepEqual(types(after).slice(0, 2), ["RiskAnchorsTaken", "RiskRuleBreached"]);
    assert.equal(trader.floor("daily-loss"), "99000.00");
  });
  test("a floating loss of 2,001 at a balance of 92,000 breaks the maximum loss", () => {
    const trader = story(rules, "2026-01-12T09:00:00Z");
    trader.buys();
    trader.earns("-4000.00");
    trader.sees("2026-01-12T23:00:00Z", 1.1);
    trader.buys();
    trader.earns("-4000.00");
    trader.sees("2026-01-13T23:00:00Z", 1.1);
    trader.buys();
    assert.deepEqual(trader.sees("2026-01-14T12:00:00Z", 1.098), []);
    assert.deepEqual(broken(trader.sees("2026-01-14T12:00:01Z", 1.09799)), ["max-loss"]);
  });
});

test("FTMO 1-Step: the maximum loss follows the highest balance of any midnight, 104,000 to 94,000, and stays", () => {
  const trader = story(published("ftmo-1-step"), "2026-01-12T09:00:00Z");
  assert.equal(trader.floor("max-loss"), "90000.00");
  trader.buys();
  trader.earns("4000.00");
  assert.equal(trader.floor("max-loss"), "90000.00");
  trader.sees("2026-01-12T23:00:00Z", 1.1);
  assert.equal(trader.floor("max-loss"), "94000.00");
  trader.buys();
  trader.earns("-1000.00");
  trader.sees("2026-01-13T23:00:00Z", 1.1);
  assert.equal(trader.floor("max-loss"), "94000.00");
  assert.equal(trader.floor("daily-loss"), "100000.00");
});

test("The5ers High Stakes: 5% of the higher of equity and balance at 5 pm in New York; to reach it ends the account", () => {
  const trader = story(published("the5ers-high-stakes"), "2026-07-15T09:00:00Z");
  trader.buys();
  // A floating profit of 2,000 at 21:00 UTC: 5% of 102,000 below it.
  trader.sees("2026-07-15T21:00:00Z", 1.102);
  assert.equal(trader.floor("daily-loss"), "96900.00");
  assert.equal(trader.floor("max-loss"), "90000.00");
  assert.deepEqual(trader.sees("2026-07-16T09:00:00Z", 1.09691), []);
  assert.deepEqual(broken(trader.sees("2026-07-16T09:00:01Z", 1.0969)), ["daily-loss"]);
});

test("Breakout 1-Step: a balance of 105,000 at 00:30 UTC may fall to 100,800", () => {
  const trader = story(published("breakout-1-step"), "2026-01-12T09:00:00Z");
  trader.buys();
  trader.earns("5000.00");
  trader.sees("2026-01-13T00:29:00Z", 1.1);
  assert.equal(trader.floor("daily-loss"), "96000.00");
  trader.sees("2026-01-13T00:30:00Z", 1.1);
  assert.equal(trader.floor("daily-loss"), "100800.00");
  assert.equal(trader.floor("max-drawdown"), "94000.00");
});

test("Breakout 2-Step: the drawdown trails the highest balance at any time, 105,000 to 97,000, never past the start", () => {
  const trader = story(published("breakout-2-step"), "2026-01-12T09:00:00Z");
  assert.equal(trader.floor("max-drawdown"), "92000.00");
  const earns = (profit: string, time: string) => {
    trader.buys();
    trader.earns(profit);
    trader.sees(time, 1.1);
  };
  earns("5000.00", "2026-01-12T10:00:00Z");
  assert.equal(trader.floor("max-drawdown"), "97000.00");
  earns("-1000.00", "2026-01-12T11:00:00Z");
  assert.equal(trader.floor("max-drawdown"), "97000.00");
  earns("9000.00", "2026-01-12T12:00:00Z");
  assert.equal(trader.floor("max-drawdown"), "100000.00");
});

const own = (losses: LossRule[]): RiskRules => ({ name: "own", limits: {}, losses, margin: {} });
const rule: LossRule = {
  ...{ id: "loss", anchor: "initial", trailing: false, lockedAtInitial: false },
  ...{ allowed: { amount: "1000" }, breach: "at", flatten: true },
};

describe("a breach", () => {
  const rests: AccountCommand = {
    type: "PlaceOrder",
    data: {
      ...{ accountId, orderId: "o1", symbol, side: "buy", volume: "1", kind: "limit", limitPrice: "1.00000" },
      ...{ timeInForce: "gtc", reduceOnly: false },
    },
  };
  const halted = { accountId, state: "halted", reason: "own: loss is broken" };
  test("tells all that the verdict hangs on, halts, cancels what could open something, and closes what is held", () => {
    const trader = story(own([rule]), "2026-01-12T09:00:00Z");
    trader.tells(rests, "2026-01-12T09:00:00Z");
    trader.buys();
    const [breached, ...then] = trader.sees("2026-01-12T10:00:00Z", 1.099);
    const quote = { bid: "1.09900", ask: "1.09900", timeMsc: Date.parse("2026-01-12T10:00:00Z") };
    assert.deepEqual(breached, {
      type: "RiskRuleBreached",
      data: {
        ...{ accountId, version: 1, rules: "own", rule, initial: "100000.00" },
        ...{ anchor: { rule: "loss", value: "100000.00" }, floor: "99000.00" },
        ...{ balance: "100000.00", equity: "99000.00" },
        positions: [
          {
            ...{ symbol, side: "buy", volume: "10", averagePrice: "1.1" },
            ...{ profit: "-1000.00", margin: "11000.00", quote },
          },
        ],
      },
    });
    assert.deepEqual(then, [
      { type: "TradingStateChanged", data: halted },
      { type: "OrderCancelled", data: { accountId, orderId: "o1", remaining: "1", reason: "restricted" } },
      {
        type: "OrderPlaced",
        data: {
          ...{ accountId, orderId: `${assessment}-0`, symbol, side: "sell", volume: "10", kind: "market" },
          ...{ reduceOnly: true, forced: "loss_rule", margin: "0.00" },
        },
      },
    ]);
  });
  test("is told once, and again when the account trades on below the floor", () => {
    const trader = story(own([{ ...rule, flatten: false }]), "2026-01-12T09:00:00Z");
    trader.buys();
    assert.deepEqual(types(trader.sees("2026-01-12T10:00:00Z", 1.099)), ["RiskRuleBreached", "TradingStateChanged"]);
    assert.deepEqual(trader.sees("2026-01-12T10:00:01Z", 1.09), []);
    trader.tells({ type: "SetTradingState", data: { accountId, state: "active" } }, "2026-01-12T11:00:00Z");
    assert.deepEqual(broken(trader.sees("2026-01-12T12:00:00Z", 1.09)), ["loss"]);
  });
  test("closes also what was filled after it", () => {
    const trader = story(own([rule]), "2026-01-12T09:00:00Z");
    trader.buys();
    trader.earns("-1000.00");
    assert.deepEqual(types(trader.sees("2026-01-12T10:00:00Z", 1.1)), ["RiskRuleBreached", "TradingStateChanged"]);
    trader.buys();
    assert.deepEqual(types(trader.sees("2026-01-12T10:00:01Z", 1.2)), ["OrderPlaced"]);
    assert.deepEqual(trader.sees("2026-01-12T10:00:02Z", 1.2), []);
  });
});

const reconciled = (reason?: ReconciledBecause): AccountEvent => ({
  type: "BalanceReconciled",
  data: { accountId, balance: "99500.00", difference: "-500.00", ...(reason && { reason }) },
});

describe("what is counted from", () => {
  test.each<readonly [AccountCommand["type"], string, string]>([
    ["Deposit", "500", "99500.00"],
    ["Withdraw", "500", "98500.00"],
    ["GiveCredit", "500", "99500.00"],
    ["AdjustBalance", "-500", "98500.00"],
  ])("moves with %s, so that it is no profit and no loss", (type, amount, floor) => {
    const trader = story(own([rule]), "2026-01-12T09:00:00Z");
    const reason = "booked twice";
    trader.tells(
      { type, data: { accountId, amount, ...(type === "AdjustBalance" && { reason }) } } as AccountCommand,
      "2026-01-12T10:00:00Z",
    );
    assert.equal(trader.floor("loss"), floor);
  });
  test.each([
    ["a withdrawal", 2, "-500.00", "98500.00"],
    ["a correction", 5, "500.00", "99500.00"],
    ["what trading costs", 7, "-500.00", "99000.00"],
  ])("moves with payments at a broker: %s", (_, dealType, amount, floor) => {
    const trader = story(own([rule]), "2026-01-12T09:00:00Z");
    const nothing = { order: "0", position: "0", magic: "0", name: "", entry: 0, volume: "0", price: "0" };
    const money = { profit: amount, commission: "0", fee: "0", swap: "0" };
    const deal = { ticket: "1", ...nothing, ...money, type: dealType, timeMsc: Date.parse("2026-01-12T10:00:00Z") };
    trader.hears({ type: "DealRecorded", data: { accountId, deal, amount } });
    assert.equal(trader.floor("loss"), floor);
  });
  test.each<readonly [string, AccountEvent, string]>([
    [
      "with a credit that a broker gives",
      { type: "CreditReconciled", data: { accountId, credit: "500.00", difference: "500.00" } },
      "99500.00",
    ],
    ["with what the account began with, where its rules were there first", reconciled("opening"), "98500.00"],
    ["with what no deal explains, so that trading cannot have brought it", reconciled("correction"), "98500.00"],
    ["not with what may hide a loss", reconciled("unseen"), "99000.00"],
    ["not with what tells no reason", reconciled(), "99000.00"],
  ])("moves with what a broker's account is reconciled by: %s", (_, event, floor) => {
    const trader = story(own([rule]), "2026-01-12T09:00:00Z");
    trader.hears(event);
    assert.equal(trader.floor("loss"), floor);
  });
  test("moves back with credit that is taken back", () => {
    const trader = story(own([rule]), "2026-01-12T09:00:00Z");
    for (const type of ["GiveCredit", "TakeCredit"] as const)
      trader.tells({ type, data: { accountId, amount: "500" } }, "2026-01-12T10:00:00Z");
    assert.equal(trader.floor("loss"), "99000.00");
  });
  test("trails the equity in steps of a hundredth of what may be lost", () => {
    const trailing = { ...rule, anchor: "equity", trailing: true } as const;
    const trader = story(own([trailing]), "2026-01-12T09:00:00Z");
    trader.buys();
    assert.deepEqual(trader.sees("2026-01-12T10:00:00Z", 1.1), []);
    assert.deepEqual(types(trader.sees("2026-01-12T10:00:01Z", 1.10001)), ["RiskAnchorsTaken"]);
    assert.equal(trader.floor("loss"), "99010.00");
    assert.deepEqual(trader.sees("2026-01-12T10:00:02Z", 1.1), []);
    assert.deepEqual(broken(trader.sees("2026-01-12T10:00:03Z", 1.09901)), ["loss"]);
  });
  test("is taken before whatever comes first after its time, also where that is no verdict", () => {
    const daily = { ...rule, anchor: "balance", daily: { at: "00:00", zone: "UTC" } } as const;
    const trader = story(own([daily]), "2026-01-12T09:00:00Z");
    const [taken] = trader.deposits("10", "2026-01-14T00:00:00Z");
    assert.deepEqual(taken, {
      type: "RiskAnchorsTaken",
      data: {
        ...{ accountId, version: 1, balance: "100000.00", equity: "100000.00", positions: [] },
        anchors: [{ rule: "loss", value: "100000.00", until: "2026-01-15T00:00:00.000Z" }],
      },
    });
  });
});

test.each([
  ["a trailing start", { ...rule, trailing: true }],
  ["a zone that is none", { ...rule, anchor: "balance", daily: { at: "00:00", zone: "Europe/Nowhere" } }],
  ["a time that is none", { ...rule, anchor: "balance", daily: { at: "24:00", zone: "UTC" } }],
  ["nothing that may be lost", { ...rule, allowed: { percent: "0", of: "initial" } }],
  ["both a percentage and an amount", { ...rule, allowed: { percent: "5", of: "initial", amount: "5" } }],
])("%s is no rule", (_, bad) => assert.equal(RiskRules.safeParse({ name: "bad", losses: [bad] }).success, false));

test("two rules of one id are no rules", () =>
  assert.equal(RiskRules.safeParse({ name: "bad", losses: [rule, rule] }).success, false));
