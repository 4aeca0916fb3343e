import assert from "node:assert/strict";
import type { AccountEvent, CommandEnvelope } from "@tradesage/contracts";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { begin, order } from "./venue.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const trailing = { distance: "0.01000", step: "0.00100" };
const placed = (orderId: string, side: "buy" | "sell", stopPrice: string): AccountEvent => ({
  type: "OrderPlaced",
  data: { ...order, orderId, side, volume: "1", kind: "trailing_stop", stopPrice, trailing },
});
const quote = { bid: "1.20000", ask: "1.20010", timeMsc: 1 };
const trailed = (orderId: string, stopPrice: string): AccountEvent => ({
  type: "OrderTrailed",
  data: { accountId: "main", orderId, stopPrice, quote },
});
const protectedBy = (stopLoss: string, byVenue = false, side: "buy" | "sell" = "buy"): AccountEvent => ({
  type: "PositionProtected",
  data: { accountId: "main", symbol: "EURUSD", side, stopLoss, trailingStop: trailing, ...(byVenue && { quote }) },
});
const told = (sent: readonly CommandEnvelope[], command: string) =>
  sent
    .filter((envelope) => envelope.command === command)
    .map(({ data }) => `${data["from"]} by ${(data["quote"] as { bid: string }).bid}`);
const settle = () => vi.advanceTimersByTimeAsync(0);

describe("a trailing stop order", () => {
  test("that sells follows the bid up by steps, never down, and is filled where the bid falls to it", async () => {
    const { tick, happened, fills, sent } = begin();
    happened("acme", placed("s", "sell", "1.19000"));
    tick(1.20099, 1.2011);
    await settle();
    assert.deepEqual(told(sent, "TrailOrder"), []);
    tick(1.201, 1.2011);
    tick(1.195, 1.1951);
    await settle();
    assert.deepEqual(told(sent, "TrailOrder"), ["1.19000 by 1.20100"]);
    assert.deepEqual(fills().slice(1), []);
    tick(1.19101, 1.1912);
    assert.equal(sent.length, 1);
    tick(1.191, 1.1911);
    assert.deepEqual(fills().slice(1), ["s 1 at 1.19100"]);
  });

  test("that buys follows the ask down, and is filled where the ask rises to it", async () => {
    const { tick, happened, fills, sent } = begin();
    happened("acme", placed("b", "buy", "1.21000"));
    tick(1.1949, 1.195);
    await settle();
    assert.deepEqual(told(sent, "TrailOrder"), ["1.21000 by 1.19490"]);
    tick(1.2049, 1.205);
    assert.deepEqual(fills().slice(1), ["b 1 at 1.20500"]);
  });

  test("trails at the feed's rate; its account is told one thing at a time, and then the newest", async () => {
    const { tick, happened, sent } = begin();
    happened("acme", placed("s", "sell", "1.19000"));
    for (let n = 1; n <= 50; n++) tick(1.2 + n / 1000, 1.2001 + n / 1000);
    await settle();
    assert.deepEqual(told(sent, "TrailOrder"), ["1.19000 by 1.20100", "1.19100 by 1.25000"]);
    tick(1.24, 1.2401);
    assert.equal(sent.at(-1)?.data["price"], "1.24000");
  });

  test("goes on from where its account says that it had come to, in another process", async () => {
    const { tick, happened, fills, sent } = begin([
      ["acme", placed("s", "sell", "1.19000")],
      ["acme", trailed("s", "1.23000")],
    ]);
    tick(1.2401, 1.2402);
    tick(1.241, 1.2411);
    await settle();
    assert.deepEqual(told(sent, "TrailOrder"), ["1.23000 by 1.24100"]);
    happened("acme", trailed("s", "1.23100"));
    tick(1.231, 1.2311);
    assert.deepEqual(fills().slice(1), ["s 1 at 1.23100"]);
  });

  test("is told again where its account could not be told", async () => {
    const { tick, happened, sent, answers } = begin();
    answers.push(new Error("the store is away"));
    happened("acme", placed("s", "sell", "1.19000"));
    tick(1.201, 1.2011);
    await vi.advanceTimersByTimeAsync(2_000);
    assert.deepEqual(told(sent, "TrailOrder"), ["1.19000 by 1.20100", "1.19000 by 1.20100"]);
  });
});

describe("a trailing stop of a position", () => {
  const triggered = (sent: readonly CommandEnvelope[]) => sent.filter(({ command }) => command === "TriggerStop");

  test("follows the price that closes it, and closes it there", async () => {
    const { tick, happened, sent } = begin();
    happened("acme", protectedBy("1.19000"));
    tick(1.22, 1.2201);
    await settle();
    assert.deepEqual(told(sent, "TrailStop"), ["1.19000 by 1.22000"]);
    happened("acme", protectedBy("1.21000", true));
    tick(1.21, 1.2101);
    await settle();
    assert.equal(triggered(sent).length, 1);
  });

  test("that is reached before its account knows how far it trailed says so when it is", async () => {
    const { tick, happened, sent, answers } = begin();
    happened("acme", protectedBy("1.19000"));
    answers.push(new Error("the store is away"));
    tick(1.22, 1.2201);
    tick(1.21, 1.2101);
    await settle();
    assert.deepEqual(triggered(sent)[0]?.data["trailed"], {
      from: "1.19000",
      quote: { bid: "1.22000", ask: "1.22010", timeMsc: 1 },
    });
  });

  test("is the one that is set now, also where the other had trailed further", async () => {
    const { tick, happened, sent } = begin();
    happened("acme", protectedBy("1.19000"));
    tick(1.22, 1.2201);
    happened("acme", protectedBy("1.19500"));
    tick(1.2, 1.2001);
    await settle();
    assert.equal(triggered(sent).length, 0);
    tick(1.195, 1.1951);
    await settle();
    assert.equal(triggered(sent).length, 1);
  });

  test("goes on from where its account says that it had come to, in another process", async () => {
    const { tick, sent } = begin([
      ["acme", protectedBy("1.19000")],
      ["acme", protectedBy("1.21000", true)],
    ]);
    tick(1.21, 1.2101);
    await settle();
    assert.equal(triggered(sent).length, 1);
  });
});
