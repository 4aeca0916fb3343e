import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type EventMetadata, LiveState, type QueryReply, streams, subjects } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { eurusd } from "../src/calculation/market-of.fixture.ts";
import type { Trading } from "../src/trading.ts";
import { type Desk, desk } from "./desk.ts";
import { codeOf, type Servers, startServers } from "./servers.ts";

let servers: Servers;
let trading: Trading;
let acme: Desk;
let zeta: Desk;
let tests = 0;

beforeAll(async () => {
  servers = await startServers();
});
afterAll(async () => {
  await servers.close();
});
beforeEach(async () => {
  trading = await servers.startTrading();
  tests++;
  [acme, zeta] = [
    desk(servers.bus, servers.eventStore, `acme_${tests}`),
    desk(servers.bus, servers.eventStore, `zeta_${tests}`),
  ];
  await Promise.all([acme, zeta].map((one) => one.activate()));
});
afterEach(() => trading.stop());

/** The newest quote has been taken: an order that needs one is no longer refused. */
const quoted = (one: Desk, bid: number, ask: number) =>
  until("a quote", async () => {
    one.tick(bid, ask);
    const outcome = await codeOf(one.place(`probe-${Math.random().toString(36).slice(2)}`, { volume: "99" }));
    return outcome === "NO_QUOTE" ? undefined : outcome;
  });

describe("a market order", () => {
  test("is placed, filled at the live ask, and is a position", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    const reply = await acme.place("o1");
    assert.deepEqual(
      reply.events.map(({ type }) => type),
      ["OrderPlaced"],
    );
    const fill = await until("the fill", () => acme.fillOf("o1"));
    assert.equal((fill.data as { price: string }).price, "1.39151");
    assert.deepEqual((await acme.types()).slice(-3), ["OrderPlaced", "OrderFilled", "PositionOpened"]);
    const placed = (await acme.events()).find(({ type }) => type === "OrderPlaced");
    const { actor, causation } = fill.metadata as { actor: string; causation: string };
    assert.deepEqual([actor, causation], ["service:paper-venue", placed?.id]);
  });

  test("is filled at no other tenant's prices", async () => {
    await Promise.all([acme.open(), zeta.open()]);
    await quoted(acme, 1.3, 1.4);
    assert.equal(await codeOf(zeta.place("o1")), "NO_QUOTE");
    await quoted(zeta, 1.1, 1.2);
    await Promise.all([acme.place("o2"), zeta.place("o2")]);
    const fills = await Promise.all([acme, zeta].map((one) => until("the fill", () => one.fillOf("o2"))));
    assert.deepEqual(
      fills.map(({ data }) => (data as { price: string }).price),
      ["1.40000", "1.20000"],
    );
  });
});

describe("a limit order", () => {
  test("rests, is reached by no doubted tick, and is filled by the first good one", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    await acme.place("o1", { kind: "limit", limitPrice: "1.39000" });
    acme.tick(1.38, 1.3801, 8);
    acme.tick(1.3898, 1.3899);
    const fill = await until("the fill", () => acme.fillOf("o1"));
    assert.equal((fill.data as { price: string }).price, "1.38990");
  });

  test("that is cancelled stays unfilled", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    await acme.place("o1", { kind: "limit", limitPrice: "1.39000" });
    await acme.send("CancelOrder", { accountId: "main", orderId: "o1" });
    await acme.place("o2", { kind: "limit", limitPrice: "1.39000" });
    acme.tick(1.38, 1.3801);
    await until("the other fill", () => acme.fillOf("o2"));
    assert.equal(await acme.fillOf("o1"), undefined);
  });

  test("rests on over a restart, is filled once, and the account goes on", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    await Promise.all(["a", "b", "c"].map((id) => acme.place(id, { kind: "limit", limitPrice: "1.39000" })));
    await acme.send("CancelOrder", { accountId: "main", orderId: "b" });
    await trading.stop();
    acme.tick(1.38, 1.3801);
    trading = await servers.startTrading();
    acme.tick(1.3898, 1.3899);
    await until("both fills", async () => (await acme.fillOf("a")) && (await acme.fillOf("c")));
    acme.tick(1.3897, 1.3898);
    await acme.send("Deposit", { accountId: "main", amount: "1.00" });
    const fills = (await acme.events()).filter(({ type }) => type === "OrderFilled");
    assert.deepEqual(fills.map(({ data }) => (data as { orderId: string }).orderId).sort(), ["a", "c"]);
  });
});

describe("linked orders", () => {
  test("are filled once: the fill of one cancels the other, over a restart too", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    const common = { symbol: "EURUSD", side: "buy", volume: "0.1" };
    const orders = [
      { ...common, orderId: "above", kind: "stop", stopPrice: "1.39200" },
      { ...common, orderId: "below", kind: "limit", limitPrice: "1.39000" },
    ];
    await acme.send("PlaceLinkedOrders", { accountId: "main", orders });
    await trading.stop();
    trading = await servers.startTrading();
    acme.tick(1.3898, 1.3899);
    await until("the fill", () => acme.fillOf("below"));
    assert.deepEqual((await acme.types()).slice(-3), ["OrderFilled", "PositionOpened", "OrderCancelled"]);
    acme.tick(1.3925, 1.39253);
    await acme.send("Deposit", { accountId: "main", amount: "1.00" });
    assert.equal(await acme.fillOf("above"), undefined);
  });
});

describe("a position with a stop loss", () => {
  const closing = async () => {
    const events = await acme.events();
    return events.filter(({ type }) => type === "PositionClosed").length;
  };

  test("is opened by a stop-limit order, and closed where the market falls below, also over a restart", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    await acme.place("o1", { kind: "stop_limit", stopPrice: "1.39200", limitPrice: "1.39210", stopLoss: "1.39100" });
    acme.tick(1.39202, 1.39205);
    const fill = await until("the fill", () => acme.fillOf("o1"));
    assert.equal((fill.data as { price: string }).price, "1.39205");
    assert.deepEqual((await acme.types()).slice(-4), [
      ...["OrderTriggered", "OrderFilled", "PositionOpened", "PositionProtected"],
    ]);
    await trading.stop();
    trading = await servers.startTrading();
    acme.tick(1.3905, 1.39053);
    await until("the close", async () => ((await closing()) > 0 ? true : undefined));
    assert.deepEqual((await acme.types()).slice(-3), ["OrderPlaced", "OrderFilled", "PositionClosed"]);
    acme.tick(1.38, 1.3801);
    await acme.send("Deposit", { accountId: "main", amount: "1.00" });
    assert.equal(await closing(), 1);
  });
});

describe("a position with a trailing stop", () => {
  test("is closed where its stop had trailed to, also over a restart", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    await acme.place("o1", { trailingStop: { distance: "0.00200" } });
    await until("the fill", () => acme.fillOf("o1"));
    acme.tick(1.395, 1.39503);
    await until("it trailed", async () => {
      const last = (await acme.events()).at(-1)?.data as { stopLoss?: string; quote?: object };
      return last.quote && last.stopLoss === "1.39300" ? true : undefined;
    });
    await trading.stop();
    trading = await servers.startTrading();
    acme.tick(1.393, 1.39303);
    const closed = await until("the close", async () =>
      (await acme.events()).find(({ type }) => type === "PositionClosed"),
    );
    assert.equal((closed.data as { price: string }).price, "1.39300");
  });
});

describe("an account with terms of its own", () => {
  test("has an order filled in parts by as many quotes, each slipped and paid for, over a restart", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    await acme.send("SetPaperTerms", {
      ...{ accountId: "main", depth: "0.06", latencyMs: 20 },
      ...{ slippage: { model: "fixed", ticks: 2 }, commission: { model: "per_lot", amount: "10" } },
    });
    await acme.place("o1");
    await until("the first part", () => acme.fillOf("o1"));
    await trading.stop();
    trading = await servers.startTrading();
    acme.tick(1.3916, 1.39163);
    const charges = await until("both parts", async () => {
      const charged = (await acme.events()).filter(({ type }) => type === "CommissionCharged");
      return charged.length === 2 ? charged : undefined;
    });
    const fills = (await acme.events()).filter(({ type }) => type === "OrderFilled");
    const told = fills.map(({ data }) => data as { volume: string; price: string });
    assert.deepEqual(
      told.map(({ volume, price }) => `${volume} at ${price}`),
      ["0.06 at 1.39153", "0.04 at 1.39165"],
    );
    assert.deepEqual(
      charges.map(({ data }) => (data as { amount: string }).amount),
      ["0.60", "0.40"],
    );
  });
});

describe("two instances", () => {
  test("fill an order once, and both take commands", async () => {
    const second = await servers.startTrading();
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    await Promise.all(Array.from({ length: 20 }, (_, n) => acme.place(`o${n}`, { volume: "0.01" })));
    await until("all fills", async () => {
      const fills = (await acme.events()).filter(({ type }) => type === "OrderFilled");
      return fills.length >= 20 ? fills : undefined;
    });
    await second.stop();
    assert.equal((await acme.types()).filter((type) => type === "OrderFilled").length, 20);
  });
});

describe("a bad command", () => {
  test.each([
    ["an unknown instrument", { symbol: "XAUUSD" }, "INSTRUMENT_NOT_FOUND"],
    ["a negative volume", { volume: "-0.1" }, "INVALID_INPUT"],
    ["a volume off the step", { volume: "0.015" }, "VOLUME_OFF_STEP"],
    ["more than the margin", { volume: "99" }, "INSUFFICIENT_MARGIN"],
    ["an unknown field", { leverage: 500 }, "INVALID_INPUT"],
    ["another account", { accountId: "other" }, "ACCOUNT_NOT_FOUND"],
  ] as const)("with %s is refused and changes nothing", async (_, order, code) => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    const before = await acme.types();
    assert.equal(await codeOf(acme.place("o1", order)), code);
    assert.deepEqual(await acme.types(), before);
  });

  test("for an account is refused where the tenant's template has none", async () => {
    const tenant = `basic_${tests}`;
    const basic = desk(servers.bus, servers.eventStore, tenant);
    await basic.activate("basic");
    assert.equal(await codeOf(basic.open()), "NOT_IN_TEMPLATE");
    assert.deepEqual(await basic.types(), []);
  });

  test("for a tenant that is not active is refused", async () => {
    const nobody = desk(servers.bus, servers.eventStore, `nobody_${tests}`);
    assert.equal(await codeOf(nobody.open()), "TENANT_NOT_ACTIVE");
  });

  test("whose envelope names another tenant than its subject is refused", async () => {
    await zeta.open();
    const deposit = { accountId: "main", amount: "1.00" };
    assert.equal(await codeOf(acme.send("Deposit", deposit, "main", { tenant: `zeta_${tests}` })), "INVALID_INPUT");
    assert.equal((await zeta.types()).length, 2);
  });

  test("that only a venue may give is not taken from the bus", async () =>
    assert.equal(await codeOf(acme.send("RecordExecution", {})), "INVALID_INPUT"));
});

describe("nights", () => {
  test("are charged for a position, each once, also over a restart", async () => {
    await acme.open();
    await acme.send("ChangeInstrument", { symbol: "EURUSD", swapMode: "points", swapLong: "-7.2" }, "EURUSD");
    await quoted(acme, 1.39148, 1.39151);
    const weekAgo = new Date(Date.now() - 7 * 24 * 3_600_000).toISOString();
    const [first] = await acme.events();
    await servers.eventStore.append(
      streams.account(`acme_${tests}`, "main"),
      [
        {
          ...{ id: randomUUID(), type: "PositionOpened" },
          data: {
            ...{ accountId: "main", symbol: "EURUSD", side: "buy", executionId: "x1" },
            ...{ volume: "1", price: "1.39148", margin: "0.00" },
          },
          metadata: { ...(first?.metadata as EventMetadata), command: randomUUID(), at: weekAgo },
        },
      ],
      BigInt((await acme.events()).length - 1),
    );
    const nights = async () =>
      (await acme.events()).flatMap(({ type, data }) => (type === "SwapCharged" ? [data as { amount: string }] : []));
    // Seven days have five nights that are not at a weekend.
    const charged = await until("the nights", async () => ((await nights()).length === 5 ? nights() : undefined));
    assert.deepEqual(new Set(charged.map(({ amount }) => amount)), new Set(["-7.20"]));
    await trading.stop();
    trading = await servers.startTrading();
    await quoted(acme, 1.39148, 1.39151);
    await acme.send("Withdraw", { accountId: "main", amount: "9964.00" });
    assert.equal((await nights()).length, 5);
  });
});

describe("a hedging account", () => {
  test("holds what it bought and sold side by side; a stop closes one of them; the other is there after a restart", async () => {
    await acme.send("DefineInstrument", { ...eurusd }, "EURUSD");
    await acme.send("OpenAccount", { accountId: "main", mode: "hedging" });
    await acme.send("Deposit", { accountId: "main", amount: "10000.00" });
    await quoted(acme, 1.39148, 1.39151);
    await acme.place("bought", { stopLoss: "1.38000" });
    await acme.place("sold", { side: "sell" });
    await until("both fills", async () => (await acme.fillOf("bought")) && acme.fillOf("sold"));
    await trading.stop();
    trading = await servers.startTrading();
    acme.tick(1.37, 1.37003);
    const closed = await until("the stop", async () =>
      (await acme.events()).find(({ type }) => type === "PositionClosed"),
    );
    assert.equal((closed.data as { positionId: string }).positionId, "bought");
    const named = { accountId: "main", orderId: "c", symbol: "EURUSD" };
    assert.equal(await codeOf(acme.send("ClosePosition", named)), "POSITION_MODE_FORBIDS");
    assert.equal(await codeOf(acme.send("ClosePosition", { ...named, positionId: "bought" })), "POSITION_NOT_FOUND");
    await acme.send("ClosePosition", { ...named, positionId: "sold" });
    await until("nothing held", async () => {
      acme.tick(1.37, 1.37003);
      return (await acme.types()).filter((type) => type === "PositionClosed").length === 2 || undefined;
    });
  });
});

describe("what an account is worth", () => {
  test("is told to whoever asks, and to who follows as prices come and orders are filled", async () => {
    await acme.open();
    await quoted(acme, 1.39148, 1.39151);
    const told: LiveState[] = [];
    const listening = servers.bus.subscribe(subjects.liveStatesOf(`acme_${tests}`), (_, payload) => {
      told.push(LiveState.parse(JSON.parse(Buffer.from(payload).toString())));
    });
    const ask = async (query: string, tenant = `acme_${tests}`) => {
      const envelope = { query, data: { accountId: "main" }, tenant };
      const reply = await servers.bus.request(subjects.query("live", tenant, query), envelope);
      return LiveState.parse((reply as QueryReply).answer);
    };
    await ask("followState");
    await acme.place("o1", { volume: "1" });
    await until("a loss of the spread", async () => told.find(({ floating }) => floating === "-3.00"));
    const newest = await until("a profit", async () => {
      acme.tick(1.40151, 1.40154);
      return told.find(({ floating }) => floating === "1000.00");
    });
    assert.deepEqual(
      [newest.equity, newest.balance, newest.valuation, newest.positions[0]?.price],
      ["11000.00", "10000.00", "live", "1.40151"],
    );
    const still = { at: "", quotes: [] };
    assert.deepEqual({ ...(await ask("liveState")), ...still }, { ...newest, ...still });
    assert.equal(await codeOf(ask("liveState", `zeta_${tests}`)), "ACCOUNT_NOT_FOUND");
    listening.stop();
  });
});
