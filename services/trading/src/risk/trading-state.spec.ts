import assert from "node:assert/strict";
import type { AccountCommand, AccountEvent, Restriction } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { accountId, deposited, opened } from "../account/account.fixture.ts";
import { account } from "../account/index.ts";
import type { Moment } from "../calculation/market.ts";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { desk } from "./desk.ts";

const given = specify(account);
const market = marketOf([eurusd, 1.39148, 1.39151]);
const symbol = "EURUSD";
const reason = "the trader does not answer";

const rests = (orderId: string, reduceOnly = false): AccountEvent => ({
  type: "OrderPlaced",
  data: {
    ...{ accountId, orderId, symbol, side: "sell", volume: "0.1", kind: "limit", limitPrice: "1.50000" },
    ...(reduceOnly && { reduceOnly }),
    margin: "0.00",
  },
});
const long: AccountEvent = {
  type: "PositionOpened",
  data: { accountId, symbol, side: "buy", executionId: "x1", volume: "1", price: "1.39151", margin: "1391.51" },
};
const changed = (state: "active" | "reducing" | "halted"): AccountEvent => ({
  type: "TradingStateChanged",
  data: { accountId, state, reason },
});
const cancelled = (orderId: string, why: "restricted" | "requested"): AccountEvent => ({
  type: "OrderCancelled",
  data: { accountId, orderId, remaining: "0.1", reason: why },
});

const set = (state: "active" | "reducing" | "halted", why = reason): AccountCommand => ({
  type: "SetTradingState",
  data: { accountId, state, reason: why },
});
const buy: AccountCommand = {
  type: "PlaceOrder",
  data: {
    ...{ accountId, orderId: "new", symbol, side: "buy", volume: "0.1", kind: "market", timeInForce: "gtc" },
    reduceOnly: false,
  },
};
const close: AccountCommand = { type: "ClosePosition", data: { accountId, orderId: "new", symbol, volume: "0.4" } };
const modify = (orderId: string): AccountCommand => ({
  type: "ModifyOrder",
  data: { accountId, orderId, limitPrice: "1.60000" },
});
const cancel: AccountCommand = { type: "CancelOrder", data: { accountId, orderId: "o1" } };

const active = [opened(), deposited(), long, rests("o1"), rests("o2", true)];
const under = (scope: Restriction["scope"], state: Restriction["state"]): Moment => ({
  ...market,
  restrictions: [{ scope, state, reason }],
});

describe("halting an account", () => {
  test("ends the orders that could open something, and leaves those that reduce", () =>
    given(...active)
      .when(set("halted"), market)
      .thenEmits(changed("halted"), cancelled("o1", "restricted")));
  test("is done once, and again for another reason", () => {
    given(...active, changed("halted"))
      .when(set("halted"), market)
      .thenEmits();
    const data = { accountId, state: "halted", reason: "another" } as const;
    given(opened(), changed("halted"))
      .when(set("halted", "another"), market)
      .thenEmits({ type: "TradingStateChanged", data });
  });
  test("leaves the stops of its positions: they close them still", () => {
    const guarded: AccountEvent = {
      type: "PositionProtected",
      data: { accountId, symbol, side: "buy", stopLoss: "1.39000" },
    };
    const quote = { bid: "1.38990", ask: "1.38995", timeMsc: 1_399_500_000_000 };
    const data = { accountId, orderId: "s1", symbol, stop: "stop_loss" } as const;
    given(opened(), long, guarded, changed("halted"))
      .when({ type: "TriggerStop", data: { ...data, quote } }, market)
      .thenEmits({
        type: "OrderPlaced",
        data: { ...data, side: "sell", volume: "1", kind: "market", reduceOnly: true, margin: "0.00" },
      });
  });
  test("is over when it is told to trade again", () => {
    given(...active, changed("halted"))
      .when(set("active"), market)
      .thenEmits(changed("active"));
    const placed = given(...active, changed("halted"), changed("active")).when(buy, market);
    assert.throws(() => placed.thenRefuses("TRADING_HALTED"));
  });
});

const places = [
  { where: "the account", scope: "account", history: (state: "reducing" | "halted") => [...active, changed(state)] },
  { where: "its tenant", scope: "tenant", history: () => active },
  { where: "the platform", scope: "platform", history: () => active },
] as const;

describe.each(places)("while $where", ({ scope, history }) => {
  const moment = (state: "reducing" | "halted") => (scope === "account" ? market : under(scope, state));

  test("is halted no order is placed or changed, also none that reduces, and it is told why", () => {
    for (const command of [buy, close, modify("o1"), modify("o2")])
      given(...history("halted"))
        .when(command, moment("halted"))
        .thenRefuses("TRADING_HALTED", { scope, state: "halted", reason });
  });
  test("is reducing only what is sent to reduce is taken, and the order says under what", () => {
    for (const command of [buy, modify("o1")])
      given(...history("reducing"))
        .when(command, moment("reducing"))
        .thenRefuses("ONLY_REDUCING", { scope, state: "reducing", reason });
    given(...history("reducing"), cancelled("o2", "requested"))
      .when(close, moment("reducing"))
      .thenEmits({
        type: "OrderPlaced",
        data: {
          ...{ accountId, orderId: "new", symbol, side: "sell", volume: "0.4", kind: "market", reduceOnly: true },
          ...{ under: { scope, state: "reducing", reason }, margin: "0.00" },
        },
      });
  });
  test("is restricted in whatever way, an order can be cancelled", () => {
    for (const state of ["reducing", "halted"] as const)
      given(...history(state))
        .when(cancel, moment(state))
        .thenEmits(cancelled("o1", "requested"));
  });
});

describe("what restricts a desk", () => {
  const enforce: AccountCommand = { type: "EnforceTradingState", data: { accountId } };
  test("ends what its accounts may not have any more", () =>
    given(...active)
      .when(enforce, under("platform", "reducing"))
      .thenEmits(cancelled("o1", "restricted")));
  test("and nothing once it is lifted", () =>
    given(...active)
      .when(enforce, market)
      .thenEmits());
  test("a halt counts before a reduction, whoever said it", () =>
    given(...active, changed("reducing"))
      .when(close, under("platform", "halted"))
      .thenRefuses("TRADING_HALTED", { scope: "platform" }));

  test("is told once for each change", () => {
    const halt = { type: "SetDeskState", data: { tenantId: "acme", state: "halted", reason } } as const;
    const halted = { type: "DeskStateChanged", data: halt.data } as const;
    specify(desk)().when(halt).thenEmits(halted);
    specify(desk)(halted).when(halt).thenEmits();
  });
});
