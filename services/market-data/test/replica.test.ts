import { type JsonValue, type QueryReply, subjects } from "@tradesage/contracts";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { type ReplicatedTenant, startReplicatedTenant } from "@tradesage/postgres/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveQueries } from "../src/endpoints.ts";
import { importTicks } from "../src/import/import-ticks.ts";

const monday = Date.UTC(2026, 0, 5);
let { tenant, servers, postgres, replica } = {} as ReplicatedTenant;
let replicated: ReplicatedTenant;
let bus: Bus;

beforeAll(async () => {
  replicated = await startReplicatedTenant("basic");
  ({ tenant, servers, postgres, replica } = replicated);
  await priced(1.1, 0, 10);
  await servers.caughtUp();
  bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "replica-test" });
  const quotes = { of: async () => new Map(), forget: async () => undefined, stop: async () => undefined };
  const eventStore = { readStream: () => expect.unreachable("no query here asks for the history of events") };
  await serveQueries({ bus, eventStore, postgres, replica, quotes });
});
afterAll(async () => {
  await bus?.close();
  await replicated?.[Symbol.asyncDispose]();
});

/** A tick of that minute, and the tenant's read models at that position. */
async function priced(bid: number, minute: number, position: number): Promise<void> {
  const tick = { timeMsc: monday + minute * 60_000, ordinal: 0, bid, ask: bid + 0.1, last: 0, volume: 0, flags: 6 };
  await importTicks(postgres, tenant, "EURUSD", [tick]);
  await postgres.tenant(tenant, (db) =>
    db
      .updateTable("checkpoints")
      .set({ position: String(position) })
      .where("name", "=", "instruments")
      .execute(),
  );
}

async function ask<Answer>(query: string, data: object, after?: number): Promise<Answer> {
  const envelope = { query, data, tenant, ...(after && { after: String(after) }) };
  const reply = await bus.request(subjects.query("market-data", tenant, query), envelope as unknown as JsonValue);
  return (reply as QueryReply).answer as Answer;
}
const range = { symbol: "EURUSD", from: monday, to: monday + 3_600_000, limit: 10 };
const bids = async (after?: number) =>
  (await ask<{ items: { bid: number }[] }>("ticks", range, after)).items.map(({ bid }) => bid);

test("history comes from the replica: ticks, bars and the quote of a moment", async () => {
  await servers.pause();
  await priced(1.2, 1, 20);
  expect(await bids()).toEqual([1.1]);
  expect(await bids(10)).toEqual([1.1]);
  expect((await ask<{ items: unknown[] }>("bars", { ...range, timeframe: "1m" })).items).toHaveLength(1);
  expect(await ask("quote", { symbol: "EURUSD", at: monday + 60_000 })).toMatchObject({ bid: 1.1 });
});

test("what must be new does not", async () => {
  expect(await ask("feedEnd", { symbol: "EURUSD" })).toEqual({ end: { timeMsc: monday + 60_000, ordinal: 0 } });
});

test("who has written reads what he wrote, from the primary while the replica is behind", async () => {
  expect(await bids(20)).toEqual([1.1, 1.2]);
  await servers.resume();
  await servers.caughtUp();
  expect(await bids()).toEqual([1.1, 1.2]);
});

test("what the replica does not know is asked of the primary, and so is all when it is gone", async () => {
  await servers.pause();
  await postgres.tenant(tenant, (_, client) =>
    client.query("insert into instruments (symbol, specification, position) values ('GBPUSD', '{}', 30)"),
  );
  expect(await ask("ticks", { ...range, symbol: "GBPUSD" })).toEqual({ items: [] });
  await servers.killReplica();
  expect(await bids()).toEqual([1.1, 1.2]);
});
