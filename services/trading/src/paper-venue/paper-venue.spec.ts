import assert from "node:assert/strict";
import {
  type AccountEvent,
  type CommandEnvelope,
  type CommandReply,
  type RefusalCode,
  Refused,
} from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { pino } from "pino";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { eurusd } from "../account/market-of.fixture.ts";
import { createMarkets } from "../markets/markets.ts";
import { createPaperVenue } from "./paper-venue.ts";

const logger = pino({ level: "silent" });
const maxQuoteAgeMs = 60_000;

/** A venue with an account that takes every execution, or refuses as it is told. */
function begin(history: readonly (readonly [tenant: string, event: AccountEvent])[] = []) {
  const markets = createMarkets();
  for (const tenant of ["acme", "zeta"]) markets.of(tenant).define(eurusd);
  const sent: CommandEnvelope[] = [];
  const answers: (RefusalCode | Error)[] = [];
  const execute = async (envelope: CommandEnvelope): Promise<CommandReply> => {
    sent.push(envelope);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    if (answer) throw new Refused(answer);
    return { commandId: "", position: "0", revision: "0", events: [] };
  };
  const venue = createPaperVenue({ markets, execute, maxQuoteAgeMs, now: Date.now, logger });
  let position = 0n;
  const happened = (tenant: string, { type, data }: AccountEvent) => {
    const metadata = { correlation: "c1" };
    const recorded = { id: `${type}-${++position}`, type, data, metadata, position };
    venue.apply(tenant, { ...recorded, stream: "", revision: position, at: new Date(0) } satisfies RecordedEvent);
  };
  const tick = (bid: number, ask: number, tenant = "acme", timeMsc = 1) => {
    markets.of(tenant).update("EURUSD", { bid, ask, timeMsc, receivedAt: Date.now() });
    venue.tick(tenant, "EURUSD", { bid, ask, timeMsc });
  };
  for (const [tenant, event] of history) happened(tenant, event);
  venue.open();
  const fills = () => sent.map(({ data }) => `${data["orderId"]} ${data["volume"]} at ${data["price"]}`);
  return { venue, sent, answers, happened, tick, fills };
}

const order = { accountId: "main", symbol: "EURUSD", margin: "0.00" } as const;
const market = (orderId: string, side: "buy" | "sell" = "buy"): AccountEvent => ({
  type: "OrderPlaced",
  data: { ...order, orderId, side, volume: "1", kind: "market" },
});
const limit = (orderId: string, side: "buy" | "sell", limitPrice: string): AccountEvent => ({
  type: "OrderPlaced",
  data: { ...order, orderId, side, volume: "1", kind: "limit", limitPrice },
});
const cancelled = (orderId: string): AccountEvent => ({
  type: "OrderCancelled",
  data: { accountId: "main", orderId, remaining: "1", reason: "requested" },
});
const filled = (orderId: string, remaining: string): AccountEvent => ({
  type: "OrderFilled",
  data: {
    ...{ accountId: "main", orderId, symbol: "EURUSD", side: "buy", volume: "1", executionId: "x", price: "1.1" },
    ...{ remaining, quote: { bid: "1.1", ask: "1.1", timeMsc: 1 } },
  },
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
