import assert from "node:assert/strict";
import type {
  AccountCommand,
  AccountEvent,
  DataOf,
  JsonObject,
  RefusalCode,
  RiskLimits,
  RiskRules,
} from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { accountId, deposited, opened } from "../account/account.fixture.ts";
import { account } from "../account/index.ts";
import type { Moment } from "../calculation/market.ts";
import { eurgbp, eurusd, gbpusd, marketOf } from "../calculation/market-of.fixture.ts";

const given = specify(account);
const symbol = "EURUSD";
const AT = 1_399_500_000_000;
const market = marketOf([eurusd, 1.1, 1.1002], [gbpusd, 1.5, 1.5002], [eurgbp, 0.73, 0.7302]);
const quote = { bid: "1.10000", ask: "1.10020", timeMsc: AT };
const later = (seconds: number): Moment => ({ ...market, at: AT + seconds * 1000 });
const iso = (seconds: number) => new Date(AT + seconds * 1000).toISOString();

const rulesOf = (limits: RiskLimits): RiskRules => ({ name: "house", limits, losses: [], margin: {} });
const heldTo = (limits: RiskLimits): AccountEvent => ({
  type: "RiskRulesSet",
  data: { accountId, version: 3, rules: rulesOf(limits) },
});
const rests = (orderId: string, volume = "1", placedAt?: string): AccountEvent => ({
  type: "OrderPlaced",
  data: {
    ...{ accountId, orderId, symbol, side: "buy", volume, kind: "limit", limitPrice: "1.00000", margin: "0.00" },
    ...(placedAt !== undefined && { placedAt }),
  },
});
const modified = (orderId: string, modifiedAt: string): AccountEvent => ({
  type: "OrderModified",
  data: { accountId, orderId, volume: "1", remaining: "1", limitPrice: "1.00000", margin: "0.00", modifiedAt },
});
const holds = (side: "buy" | "sell", volume: string, instrument = symbol): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, symbol: instrument, side, executionId: "x1", volume, price: "1.10000", margin: "0.00" },
});

type Order = DataOf<AccountCommand, "PlaceOrder">;
const place = (order: Partial<Order> = {}): AccountCommand => ({
  type: "PlaceOrder",
  data: {
    ...{ accountId, orderId: "new", symbol, side: "buy", volume: "1", kind: "market", timeInForce: "gtc" },
    ...{ reduceOnly: false, ...order },
  },
});
const limitAt = (limitPrice: string, order: Partial<Order> = {}) => place({ kind: "limit", limitPrice, ...order });
const modify = (change: JsonObject): AccountCommand =>
  ({ type: "ModifyOrder", data: { accountId, orderId: "o1", ...change } }) as AccountCommand;

const on = (limits: RiskLimits, ...history: readonly AccountEvent[]) =>
  given(opened(), deposited("100000.00"), heldTo(limits), ...history);
/** Accepted: what it emits is told elsewhere. */
const taken = (limits: RiskLimits, history: readonly AccountEvent[], command: AccountCommand, moment = market) =>
  assert.notDeepEqual(
    account.decide(command, fold(account, [opened(), deposited("100000.00"), heldTo(limits), ...history]), moment),
    [],
  );

interface Denial {
  readonly name: string;
  readonly limits: RiskLimits;
  readonly history?: readonly AccountEvent[];
  readonly command: AccountCommand;
  readonly moment?: Moment;
  readonly code: RefusalCode;
  readonly values: JsonObject;
  /** What the same limits let through. */
  readonly passes: AccountCommand;
}

const denials: readonly Denial[] = [
  {
    name: "an order has at most so many lots",
    limits: { orderVolume: "2" },
    command: place({ volume: "2.01" }),
    code: "ORDER_VOLUME_EXCEEDED",
    values: { rule: "orderVolume", limit: "2", value: "2.01" },
    passes: place({ volume: "2" }),
  },
  {
    name: "an order is worth at most so much, at the price that it would get",
    limits: { orderNotional: "110020" },
    command: place({ volume: "1.01" }),
    code: "NOTIONAL_EXCEEDED",
    values: { rule: "orderNotional", limit: "110020", value: "111120.20" },
    passes: place({ volume: "1" }),
  },
  {
    name: "worth is told in the account's currency: 100,000 EUR at 0.7302 GBP, and 1.5002 USD for one",
    limits: { orderNotional: "109000" },
    command: place({ symbol: "EURGBP" }),
    code: "NOTIONAL_EXCEEDED",
    values: { rule: "orderNotional", value: "109544.60", symbol: "EURGBP" },
    passes: place({ symbol: "EURGBP", volume: "0.99" }),
  },
  {
    name: "what one side of an instrument would hold is worth at most so much, open orders included",
    limits: { symbolNotional: "330000" },
    history: [holds("buy", "1"), rests("o1")],
    command: limitAt("1.10000", { volume: "1.01" }),
    code: "NOTIONAL_EXCEEDED",
    values: { rule: "symbolNotional", limit: "330000", value: "331100.00" },
    passes: limitAt("1.10000"),
  },
  {
    name: "what closes a position first counts for the rest alone",
    limits: { symbolNotional: "110000" },
    history: [holds("sell", "2")],
    command: limitAt("1.10000", { volume: "3.01" }),
    code: "NOTIONAL_EXCEEDED",
    values: { rule: "symbolNotional", value: "111100.00" },
    passes: limitAt("1.10000", { volume: "3" }),
  },
  {
    name: "at most so many orders are open",
    limits: { openOrders: 2 },
    history: [rests("o1"), rests("o2")],
    command: place(),
    code: "TOO_MANY_ORDERS",
    values: { rule: "openOrders", limit: 2, value: 3 },
    passes: modify({ limitPrice: "1.01000" }),
  },
  {
    name: "at most so many positions are open, those of open orders included",
    limits: { openPositions: 2 },
    history: [holds("buy", "1", "GBPUSD"), rests("o1")],
    command: place({ symbol: "EURGBP" }),
    code: "TOO_MANY_POSITIONS",
    values: { rule: "openPositions", limit: 2, value: 3, symbol: "EURGBP" },
    passes: place(),
  },
  {
    name: "at most so many orders are placed in a time",
    limits: { orders: { count: 2, seconds: 60 } },
    history: [rests("o1", "1", iso(-59)), rests("o2", "1", iso(-10))],
    command: place(),
    code: "ORDER_RATE_EXCEEDED",
    values: { rule: "orders", limit: { count: 2, seconds: 60 }, value: 3 },
    passes: modify({ limitPrice: "1.01000" }),
  },
  {
    name: "at most so many orders are modified in a time",
    limits: { modifications: { count: 1, seconds: 5 } },
    history: [rests("o1"), modified("o1", iso(-4))],
    command: modify({ limitPrice: "1.01000" }),
    code: "ORDER_RATE_EXCEEDED",
    values: { rule: "modifications", limit: { count: 1, seconds: 5 }, value: 2 },
    passes: place(),
  },
  {
    name: "a limit price lies near the market",
    limits: { priceCollar: "2" },
    command: limitAt("1.07819"),
    code: "PRICE_OUTSIDE_COLLAR",
    values: { rule: "priceCollar", limit: "2", value: "2.0005" },
    passes: limitAt("1.07820"),
  },
  {
    name: "a stop price does, too",
    limits: { priceCollar: "2" },
    command: place({ kind: "stop", stopPrice: "1.20000" }),
    code: "PRICE_OUTSIDE_COLLAR",
    values: { rule: "priceCollar", value: "9.0711" },
    passes: place({ kind: "stop", stopPrice: "1.12000" }),
  },
  {
    name: "a modified price does, too",
    limits: { priceCollar: "20" },
    history: [rests("o1")],
    command: modify({ limitPrice: "0.80000" }),
    code: "PRICE_OUTSIDE_COLLAR",
    values: { rule: "priceCollar", value: "27.2859" },
    passes: modify({ limitPrice: "0.90000" }),
  },
  {
    name: "the feed is alive",
    limits: { quoteAge: 10 },
    moment: later(10.001),
    command: place(),
    code: "QUOTE_TOO_OLD",
    values: { rule: "quoteAge", limit: 10, value: 10.001 },
    passes: { type: "SetTradingState", data: { accountId, state: "reducing", reason: "the feed is dead" } },
  },
];

describe("before an order is taken", () => {
  test.each(denials)("$name", ({ limits, history = [], command, moment = market, code, values, passes }) => {
    const by = { rules: "house", version: 3, bid: "1.10000", ask: "1.10020", timeMsc: AT };
    on(limits, ...history)
      .when(command, moment)
      .thenRefuses(code, values["symbol"] === "EURGBP" ? values : { ...by, ...values });
    taken(limits, history, passes, moment);
  });

  test("what is not limited is not held against anything", () => taken({}, [], place({ volume: "5" })));
  test("a quote that came live is as old as its arrival, whatever clock its broker has", () => {
    const arrived: Moment = {
      ...later(60),
      quote: () => ({ bid: 1.1, ask: 1.1002, timeMsc: AT, receivedAt: AT + 55_000 }),
    };
    taken({ quoteAge: 10 }, [], place(), arrived);
  });
});

describe("whatever the limits", () => {
  const limits: RiskLimits = {
    ...{ orderVolume: "0.01", orderNotional: "1", symbolNotional: "1", openOrders: 0, openPositions: 0 },
    ...{
      orders: { count: 1, seconds: 60 },
      modifications: { count: 1, seconds: 60 },
      priceCollar: "0.0001",
      quoteAge: 1,
    },
  };
  const { orders, ...withoutRate } = limits;
  test("an order can be cancelled", () =>
    on(limits, rests("o1", "1", iso(0)))
      .when({ type: "CancelOrder", data: { accountId, orderId: "o1" } }, later(3600))
      .thenEmits({ type: "OrderCancelled", data: { accountId, orderId: "o1", remaining: "1", reason: "requested" } }));
  test("a position can be closed", () =>
    taken(
      withoutRate,
      [holds("buy", "5")],
      { type: "ClosePosition", data: { accountId, orderId: "c1", symbol } },
      later(3600),
    ));
  test("its stop closes it", () => {
    const guarded: AccountEvent = {
      type: "PositionProtected",
      data: { accountId, symbol, side: "buy", stopLoss: "1.10000" },
    };
    taken(limits, [holds("buy", "5"), guarded, rests("o1", "1", iso(0))], {
      type: "TriggerStop",
      data: { accountId, orderId: "s1", symbol, stop: "stop_loss", quote },
    });
  });
});

describe("the rules of an account", () => {
  const set = (limits: RiskLimits): AccountCommand => ({
    type: "SetRiskRules",
    data: { accountId, rules: rulesOf(limits) },
  });
  test("are numbered, and kept whole", () => {
    const first: AccountEvent = {
      type: "RiskRulesSet",
      data: { accountId, version: 1, rules: rulesOf({ openOrders: 1 }), initial: "0.00" },
    };
    given(opened())
      .when(set({ openOrders: 1 }), market)
      .thenEmits(first);
    given(opened(), first)
      .when(set({ openOrders: 2 }), market)
      .thenEmits({
        type: "RiskRulesSet",
        data: { accountId, version: 2, rules: rulesOf({ openOrders: 2 }), initial: "0.00" },
      });
  });
  test("are not set again where they are the same", () =>
    given(opened(), heldTo({ openOrders: 1 }))
      .when(set({ openOrders: 1 }), market)
      .thenEmits());
  test("are of an account that is there", () => given().when(set({}), market).thenRefuses("ACCOUNT_NOT_FOUND"));
  test("count from the moment that a rate is among them: the order tells when it was placed", () => {
    const [event] = account.decide(
      place(),
      fold(account, [opened(), deposited("100000.00"), heldTo({ orders: { count: 1, seconds: 9 } })]),
      market,
    );
    assert.equal(event?.type === "OrderPlaced" && event.data.placedAt, iso(0));
  });
});
