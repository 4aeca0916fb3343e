import assert from "node:assert/strict";
import type { AccountEvent, CommandEnvelope } from "@tradesage/contracts";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { begin, cancelled, filled, limit, market, maxQuoteAgeMs, order } from "./venue.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("every tick of an instrument", () => {
  test("is asked for when something waits for its price, and not for what the history has done with", () => {
    const { watched, happened, venue } = begin([
      ["acme", limit("open", "buy", "1.0")],
      ["zeta", limit("over", "buy", "1.0")],
      ["zeta", cancelled("over")],
    ]);
    assert.deepEqual(watched, ["acme EURUSD"]);
    assert.deepEqual([venue.watches("acme", "EURUSD"), venue.watches("zeta", "EURUSD")], [true, false]);
    happened("acme", cancelled("open"));
    happened("zeta", limit("new", "sell", "1.5"));
    assert.deepEqual([watched.at(-1), venue.watches("acme", "EURUSD")], ["zeta EURUSD", false]);
  });
});

describe("a market order", () => {
  test("is bought at the ask and sold at the bid of the newest quote", () => {
    const { tick, happened, fills } = begin();
    tick(1.1, 1.2);
    happened("acme", market("b"));
    happened("acme", market("s", "sell"));
    assert.deepEqual(fills(), ["b 1 at 1.20000", "s 1 at 1.10000"]);
  });
  test("waits for the next quote when there is none, or only an old one", () => {
    const { tick, happened, fills } = begin();
    happened("acme", market("first"));
    assert.deepEqual(fills(), []);
    tick(1.1, 1.2);
    assert.deepEqual(fills(), ["first 1 at 1.20000"]);
    vi.advanceTimersByTime(maxQuoteAgeMs + 1);
    happened("acme", market("second"));
    assert.equal(fills().length, 1);
    tick(1.3, 1.4);
    assert.deepEqual(fills(), ["first 1 at 1.20000", "second 1 at 1.40000"]);
  });
});

describe("a limit order", () => {
  test("to buy rests until the ask comes down to it", () => {
    const { tick, happened, fills } = begin();
    tick(1.199, 1.2);
    happened("acme", limit("b", "buy", "1.19000"));
    tick(1.19, 1.19001);
    assert.deepEqual(fills(), []);
    tick(1.189, 1.1900000000000002);
    assert.deepEqual(fills(), ["b 1 at 1.19000"]);
  });
  test("to sell rests until the bid goes up to it", () => {
    const { tick, happened, fills } = begin();
    happened("acme", limit("s", "sell", "1.21000"));
    tick(1.20999, 1.22);
    assert.deepEqual(fills(), []);
    tick(1.21, 1.22);
    assert.deepEqual(fills(), ["s 1 at 1.21000"]);
  });
  test("gets the quote where that is better, also over a gap", () => {
    const { tick, happened, fills } = begin();
    happened("acme", limit("b", "buy", "1.19000"));
    tick(1.14, 1.15);
    assert.deepEqual(fills(), ["b 1 at 1.15000"]);
  });
  test("is filled at once when the newest quote reaches it already", () => {
    const { tick, happened, fills } = begin();
    tick(1.1, 1.2);
    happened("acme", limit("b", "buy", "1.30000"));
    assert.deepEqual(fills(), ["b 1 at 1.20000"]);
  });
  test("is filled once, however many ticks reach it", () => {
    const { tick, happened, fills } = begin();
    happened("acme", limit("b", "buy", "1.19000"));
    tick(1.1, 1.15);
    tick(1.1, 1.16);
    assert.equal(fills().length, 1);
  });
  test("that was cancelled is not filled", () => {
    const { venue, tick, happened, fills } = begin();
    happened("acme", limit("b", "buy", "1.19000"));
    happened("acme", cancelled("b"));
    tick(1.1, 1.15);
    assert.deepEqual(fills(), []);
    assert.equal(venue.openOrders(), 0);
  });
  test("that was filled in part is filled for the rest", () => {
    const { tick, happened, fills } = begin();
    happened("acme", limit("b", "buy", "1.19000"));
    happened("acme", filled("b", "0.6"));
    tick(1.1, 1.15);
    assert.deepEqual(fills(), ["b 0.6 at 1.15000"]);
  });
});

describe("an execution", () => {
  test("that the account refuses since the order is over is dropped", async () => {
    const { answers, tick, happened, fills } = begin();
    answers.push("ORDER_NOT_OPEN");
    happened("acme", market("b"));
    tick(1.1, 1.2);
    await vi.advanceTimersByTimeAsync(5000);
    tick(1.1, 1.2);
    assert.equal(fills().length, 1);
  });
  test("that was not taken is tried again at the prices of then, as the same execution", async () => {
    const { sent, answers, tick, happened, fills } = begin();
    answers.push("UNAVAILABLE", new Error("the store burns"));
    happened("acme", market("b"));
    tick(1.1, 1.2);
    await vi.advanceTimersByTimeAsync(500);
    tick(1.3, 1.4, "acme", 2);
    await vi.advanceTimersByTimeAsync(600);
    tick(1.5, 1.6, "acme", 3);
    await vi.advanceTimersByTimeAsync(1100);
    assert.deepEqual(fills(), ["b 1 at 1.20000", "b 1 at 1.40000", "b 1 at 1.60000"]);
    assert.equal(new Set(sent.map(({ data }) => data["executionId"])).size, 1);
    assert.equal(new Set(sent.map(({ idempotencyKey }) => idempotencyKey)).size, 3);
  });
  test("is not tried again for an order that was cancelled in the meantime", async () => {
    const { answers, tick, happened, fills } = begin();
    answers.push("UNAVAILABLE");
    happened("acme", market("b"));
    tick(1.1, 1.2);
    await vi.advanceTimersByTimeAsync(500);
    happened("acme", cancelled("b"));
    await vi.advanceTimersByTimeAsync(1000);
    assert.equal(fills().length, 1);
  });
  test("that comes behind another one fills only what that one left", async () => {
    const { answers, tick, happened, fills } = begin();
    answers.push("OVERFILL");
    happened("acme", market("b"));
    tick(1.1, 1.2);
    happened("acme", filled("b", "0.6"));
    await vi.advanceTimersByTimeAsync(0);
    assert.deepEqual(fills(), ["b 1 at 1.20000", "b 0.6 at 1.20000"]);
  });
  test("names the order that caused it and the request that it goes back to", () => {
    const { sent, tick, happened } = begin();
    happened("acme", market("b"));
    tick(1.1, 1.2);
    const [{ causation, correlation, actor, tenant }] = sent as [CommandEnvelope];
    assert.deepEqual(
      { causation, correlation, actor, tenant },
      { causation: "OrderPlaced-1", correlation: "c1", actor: "service:paper-venue", tenant: "acme" },
    );
  });
});

describe("a venue that begins anew", () => {
  const history = [
    ["acme", limit("open", "buy", "1.19000")],
    ["acme", limit("gone", "buy", "1.19000")],
    ["acme", limit("done", "buy", "1.19000")],
    ["acme", cancelled("gone")],
    ["acme", filled("done", "0")],
  ] as const;
  test("knows the open orders from the history, and only those", () => {
    const { venue, tick, fills } = begin(history);
    assert.equal(venue.openOrders(), 1);
    tick(1.1, 1.15);
    assert.deepEqual(fills(), ["open 1 at 1.15000"]);
  });
  test("names an execution as the one before it did", () => {
    const ids = [begin(history), begin(history)].map(({ sent, tick }) => {
      tick(1.1, 1.15);
      return sent[0]?.data["executionId"];
    });
    assert.equal(ids[0], ids[1]);
  });
});

test("a tenant's orders are filled at no other tenant's prices", () => {
  const { tick, happened, fills } = begin();
  happened("acme", market("b"));
  tick(1.1, 1.2, "zeta");
  assert.deepEqual(fills(), []);
  tick(1.3, 1.4, "acme");
  assert.deepEqual(fills(), ["b 1 at 1.40000"]);
});

describe("a stop order", () => {
  const stop = (orderId: string, side: "buy" | "sell", stopPrice: string): AccountEvent => ({
    type: "OrderPlaced",
    data: { ...order, orderId, side, volume: "1", kind: "stop", stopPrice },
  });

  test("to buy is filled when the ask has gone up to it, to sell when the bid has come down to it", () => {
    const { tick, happened, fills } = begin();
    happened("acme", stop("b", "buy", "1.21000"));
    happened("acme", stop("s", "sell", "1.19000"));
    tick(1.19001, 1.20999);
    assert.deepEqual(fills(), []);
    tick(1.2, 1.21);
    tick(1.19, 1.2);
    assert.deepEqual(fills(), ["b 1 at 1.21000", "s 1 at 1.19000"]);
  });

  test("gets the next price over a gap, and not the one that was asked for", () => {
    const { tick, happened, fills } = begin();
    happened("acme", stop("b", "buy", "1.21000"));
    happened("acme", stop("s", "sell", "1.19000"));
    tick(1.25, 1.26);
    tick(1.1, 1.11);
    assert.deepEqual(fills(), ["b 1 at 1.26000", "s 1 at 1.10000"]);
  });

  test("with a limit is told to its account at the stop, and rests as a limit order then", () => {
    const { tick, happened, fills, sent } = begin();
    const data = { ...order, orderId: "b", side: "buy", volume: "1", kind: "stop_limit" } as const;
    happened("acme", { type: "OrderPlaced", data: { ...data, stopPrice: "1.21000", limitPrice: "1.21500" } });
    tick(1.219, 1.22);
    assert.deepEqual(
      sent.map(({ command }) => command),
      ["TriggerOrder"],
    );
    const quote = { bid: "1.21900", ask: "1.22000", timeMsc: 1 };
    happened("acme", { type: "OrderTriggered", data: { accountId: "main", orderId: "b", quote } });
    tick(1.2149, 1.215);
    assert.deepEqual(fills().slice(1), ["b 1 at 1.21500"]);
  });
});

describe("an order that is changed", () => {
  const modified = (orderId: string, limitPrice: string, remaining = "1"): AccountEvent => ({
    type: "OrderModified",
    data: { accountId: "main", orderId, volume: remaining, remaining, limitPrice, margin: "0.00" },
  });

  test("stands at its new price, for its new volume, behind those that came before the change", () => {
    const { tick, happened, fills } = begin();
    happened("acme", limit("first", "buy", "1.19000"));
    happened("acme", limit("second", "buy", "1.18000"));
    happened("acme", modified("first", "1.18000", "3"));
    tick(1.189, 1.19);
    assert.deepEqual(fills(), []);
    tick(1.179, 1.18);
    assert.deepEqual(fills(), ["second 1 at 1.18000", "first 3 at 1.18000"]);
  });

  test("is not forgotten where it was being filled as the change came, and is filled once", () => {
    const { tick, happened, fills } = begin();
    happened("acme", limit("b", "buy", "1.19000"));
    tick(1.17, 1.18);
    happened("acme", modified("b", "1.10000"));
    assert.equal(fills().length, 1);
    happened("acme", filled("b", "0"));
    tick(1, 1.01);
    assert.equal(fills().length, 1);
  });
});

describe("how long an order stands", () => {
  const reasons = (sent: readonly CommandEnvelope[]) =>
    sent.flatMap(({ command, data }) => (command === "ExpireOrder" ? [`${data["orderId"]} ${data["reason"]}`] : []));

  test("an order whose time is over is ended, and only that", () => {
    const { happened, tick, sent, fills } = begin();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const [one, two] = [limit("one", "buy", "1.19000"), limit("two", "buy", "1.19000")];
    happened("acme", { ...one, data: { ...one.data, timeInForce: "gtd", expiresAt } } as AccountEvent);
    happened("acme", two);
    vi.advanceTimersByTime(59_000);
    assert.deepEqual(reasons(sent), []);
    vi.advanceTimersByTime(2_000);
    assert.deepEqual(reasons(sent), ["one expired"]);
    tick(1.17, 1.18);
    assert.deepEqual(fills().slice(1), ["two 1 at 1.18000"]);
  });

  test("an order that expired while nothing ran is ended when the venue opens", () => {
    const expiresAt = new Date(Date.now() - 1).toISOString();
    const old = limit("old", "buy", "1.19000");
    const { sent } = begin([
      ["acme", { ...old, data: { ...old.data, timeInForce: "gtd", expiresAt } } as AccountEvent],
    ]);
    assert.deepEqual(reasons(sent), ["old expired"]);
  });

  test("now or never: it is filled at once, or ended", () => {
    const { tick, happened, fills, sent } = begin();
    const now = (event: AccountEvent) => ({ ...event, data: { ...event.data, timeInForce: "ioc" } }) as AccountEvent;
    tick(1.199, 1.2);
    happened("acme", now(market("taken")));
    happened("acme", now(limit("missed", "buy", "1.19000")));
    assert.equal(fills()[0], "taken 1 at 1.20000");
    assert.deepEqual(reasons(sent), ["missed unfilled"]);
    tick(1.1, 1.11);
    assert.equal(sent.length, 2);
  });
});

describe("a position's stops", () => {
  const protectedBy = (
    stops: { stopLoss?: string; takeProfit?: string },
    side: "buy" | "sell" = "buy",
  ): AccountEvent => ({
    type: "PositionProtected",
    data: { accountId: "main", symbol: "EURUSD", side, ...stops },
  });
  const triggered = (sent: readonly CommandEnvelope[]) =>
    sent.flatMap(({ command, data }) => (command === "TriggerStop" ? [String(data["stop"])] : []));

  test("are told to its account when the price that closes it reaches them, each once", () => {
    const { tick, happened, sent } = begin();
    happened("acme", protectedBy({ stopLoss: "1.19000", takeProfit: "1.21000" }));
    tick(1.19001, 1.2);
    tick(1.20999, 1.22);
    assert.deepEqual(triggered(sent), []);
    tick(1.19, 1.2);
    tick(1.18, 1.19);
    assert.deepEqual(triggered(sent), ["stop_loss"]);
    tick(1.21, 1.22);
    assert.deepEqual(triggered(sent), ["stop_loss", "take_profit"]);
  });

  test("of a short position wait for the ask", () => {
    const { tick, happened, sent } = begin();
    happened("acme", protectedBy({ stopLoss: "1.21000", takeProfit: "1.19000" }, "sell"));
    tick(1.20999, 1.21);
    tick(1.18, 1.19);
    assert.deepEqual(triggered(sent), ["stop_loss", "take_profit"]);
  });

  test("are those that it has by now, and none when it is closed", () => {
    const { tick, happened, sent } = begin();
    happened("acme", protectedBy({ stopLoss: "1.19000" }));
    happened("acme", protectedBy({ stopLoss: "1.15000" }));
    tick(1.18, 1.19);
    assert.deepEqual(triggered(sent), []);
    const closed = { accountId: "main", symbol: "EURUSD", side: "buy", executionId: "x", volume: "1" } as const;
    happened("acme", { type: "PositionClosed", data: { ...closed, price: "1.2", profit: "0.00" } });
    tick(1.1, 1.11);
    assert.deepEqual(triggered(sent), []);
  });

  test("are tried again where the account could not be told", async () => {
    const { tick, happened, sent, answers } = begin();
    answers.push(new Error("the store is away"));
    happened("acme", protectedBy({ stopLoss: "1.19000" }));
    tick(1.18, 1.19);
    await vi.advanceTimersByTimeAsync(2_000);
    tick(1.18, 1.19);
    assert.deepEqual(triggered(sent), ["stop_loss", "stop_loss"]);
  });
});
