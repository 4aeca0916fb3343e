import { describe, expect, test } from "vitest";
import { createConnection, HIGH_WATER_BYTES } from "./connection.ts";
import { createFeed, type TenantFeed } from "./feed.ts";
import { createPrices } from "./prices.ts";

/** A socket whose client reads when told: what uWebSockets.js would be to a connection. */
function slowSocket() {
  const sent: string[] = [];
  const topics = new Set<string>();
  let buffered = 0;
  const socket = {
    send: (message: string) => {
      sent.push(message);
      return 1;
    },
    getBufferedAmount: () => buffered,
    cork: (work: () => void) => work(),
    subscribe: (topic: string) => topics.add(topic),
    unsubscribe: (topic: string) => topics.delete(topic),
  };
  const connection = createConnection(socket as never);
  const prices = createPrices(connection, "json");
  return {
    sent,
    topics,
    prices,
    stall() {
      buffered = HIGH_WATER_BYTES;
      prices.fallBehind();
    },
    read() {
      buffered = 0;
      connection.onDrain();
      prices.flush();
    },
    bids: () => sent.splice(0).map((message) => [JSON.parse(message).symbol, JSON.parse(message).bid]),
  };
}

/** A feed whose bus says what it is told, and the turn of the event loop that follows. */
function feedOf(socket: { topics: ReadonlySet<string>; sent: string[] }) {
  let say = (_symbol: string, _bid: number) => {};
  const bus = {
    subscribe: (_: string, handler: (subject: string, payload: Uint8Array) => void) => {
      say = (symbol, bid) => handler(symbol, Uint8Array.of(bid));
      return { stop() {} };
    },
  };
  const feed = createFeed(
    bus,
    (topic, message) => {
      if (socket.topics.has(topic)) socket.sent.push(String(message));
    },
    {
      name: "quotes",
      subjectOf: (tenant) => tenant,
      read: (symbol, [bid = 0]) => ({ type: "quote", symbol, bid, ask: bid, timeMsc: 0 }),
    },
  );
  return {
    open: (): TenantFeed => feed.open("acme", "json"),
    async say(...quotes: [string, number][]) {
      for (const [symbol, bid] of quotes) say(symbol, bid);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("a client that", () => {
  test("keeps up gets what changes, once each turn", async () => {
    const client = slowSocket();
    const feed = feedOf(client);
    client.prices.add(feed.open(), undefined);
    await feed.say(["EURUSD", 1], ["EURUSD", 2], ["GBPUSD", 3]);
    await feed.say(["EURUSD", 4]);
    expect(client.bids()).toEqual([
      ["EURUSD", 2],
      ["GBPUSD", 3],
      ["EURUSD", 4],
    ]);
  });

  test("comes later gets the newest at once", async () => {
    const client = slowSocket();
    const feed = feedOf(client);
    const first = feed.open();
    await feed.say(["EURUSD", 1], ["GBPUSD", 2]);
    client.prices.add(feed.open(), new Set(["GBPUSD"]));
    first.release();
    expect(client.bids()).toEqual([["GBPUSD", 2]]);
  });

  test("stalls gets the newest of each key, and no more than there are keys, then all again", async () => {
    const client = slowSocket();
    const feed = feedOf(client);
    client.prices.add(feed.open(), undefined);
    await feed.say(["GBPUSD", 0], ["EURUSD", 0]);
    client.bids();
    client.stall();
    for (let bid = 1; bid < 100; bid++) await feed.say(["GBPUSD", bid], ["EURUSD", bid]);
    expect(client.bids()).toEqual([]);
    client.read();
    expect(client.bids()).toEqual([
      ["GBPUSD", 99],
      ["EURUSD", 99],
    ]);
    await feed.say(["EURUSD", 100]);
    expect(client.bids()).toEqual([["EURUSD", 100]]);
  });

  test("no longer wants a key does not get what waited under it", async () => {
    const client = slowSocket();
    const feed = feedOf(client);
    const euro = client.prices.add(feed.open(), new Set(["EURUSD"]));
    client.prices.add(feed.open(), new Set(["GBPUSD"]));
    client.stall();
    await feed.say(["EURUSD", 1], ["GBPUSD", 2]);
    euro.stop();
    client.read();
    expect(client.bids()).toEqual([["GBPUSD", 2]]);
  });

  test("wants a key twice gets it once", async () => {
    const client = slowSocket();
    const feed = feedOf(client);
    client.prices.add(feed.open(), new Set(["EURUSD"]));
    client.prices.add(feed.open(), undefined);
    await feed.say(["EURUSD", 1]);
    expect(client.bids()).toEqual([["EURUSD", 1]]);
  });
});
