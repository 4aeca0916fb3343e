import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type AuditEntry, type JsonObject, type JsonValue, streams, subjects } from "@tradesage/contracts";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { afterAll, beforeAll, test } from "vitest";
import { serveAudit } from "../src/audit/serve-audit.ts";

interface Page {
  readonly items: readonly AuditEntry[];
  readonly next?: string;
}

const suffix = randomUUID().slice(0, 8);
const [tenant, stranger, busy] = [`t${suffix}`, `t${suffix}x`, `t${suffix}_busy`] as const;
let server: Awaited<ReturnType<typeof startEventStoreServer>>;
let eventStore: EventStore;
let bus: Bus;
let afterFirst: Date;

async function append(of: string, stream: string, command: string, types: readonly string[], data: JsonObject = {}) {
  const metadata = {
    ...{ tenant: of, actor: command === "fill" ? "service:paper-venue" : "ann", command, digest: "" },
    ...{ correlation: `request of ${of}`, at: "2026-01-15T10:00:00.000Z", schema: 1 },
    ...(command === "fill" && { causation: "the event that led to it" }),
  };
  const events = types.map((type) => ({ id: randomUUID(), type, data, metadata }));
  let expected: bigint | "no_stream" = "no_stream";
  for await (const { revision } of eventStore.readStream(stream)) expected = revision;
  await eventStore.append(stream, events, expected);
}

beforeAll(async () => {
  server = await startEventStoreServer({ port: 0, inMemory: true });
  eventStore = connectEventStore({ connectionString: server.connectionString });
  bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "audit-test" });
  await serveAudit({ bus, eventStore });
  await append(tenant, streams.account(tenant, "main"), "open", ["AccountOpened", "FundsDeposited"]);
  await append(stranger, streams.account(stranger, "main"), "open", ["AccountOpened"]);
  afterFirst = new Date(Date.now() + 1);
  while (Date.now() <= afterFirst.getTime()) await new Promise(setImmediate);
  await append(tenant, streams.account(tenant, "main-2"), "open-2", ["AccountOpened"]);
  await append(tenant, streams.account(tenant, "main"), "fill", ["OrderFilled"], { price: "1.10010" });
});
afterAll(async () => {
  await bus.close();
  await eventStore.close();
  await server.close();
});

async function ask(of: string, data: JsonObject): Promise<Page> {
  const envelope = { query: "auditEvents", data, tenant: of };
  const reply = await bus.request(subjects.query("audit", of, "auditEvents"), envelope as unknown as JsonValue);
  return (reply as { answer: Page }).answer;
}
const typesOf = async (data: JsonObject) => (await ask(tenant, data)).items.map(({ type }) => type);

test("an auditor sees every event of his tenant, in order, and none of another whose name begins alike", async () => {
  assert.deepEqual(await typesOf({}), ["AccountOpened", "FundsDeposited", "AccountOpened", "OrderFilled"]);
});

test("an event is told with who did it, from which command and why, as it is kept", async () => {
  const { items } = await ask(tenant, { command: "fill" });
  const [kept] = await Array.fromAsync(eventStore.readStream(streams.account(tenant, "main"), { from: 2n }));
  assert.deepEqual(items, [
    {
      ...{ position: String(kept?.position), eventId: kept?.id, stream: streams.account(tenant, "main") },
      ...{ revision: "2", type: "OrderFilled", recordedAt: kept?.at.toISOString() },
      ...{ requestedAt: "2026-01-15T10:00:00.000Z", actor: "service:paper-venue", command: "fill" },
      ...{ correlation: `request of ${tenant}`, causation: "the event that led to it", schema: 1 },
      data: { price: "1.10010" },
    },
  ]);
});

test("events are found by account, actor, type, request and time", async () => {
  assert.deepEqual(await typesOf({ accountId: "main" }), ["AccountOpened", "FundsDeposited", "OrderFilled"]);
  assert.deepEqual(await typesOf({ actor: "service:paper-venue" }), ["OrderFilled"]);
  assert.deepEqual(await typesOf({ type: "FundsDeposited" }), ["FundsDeposited"]);
  assert.equal((await typesOf({ correlation: `request of ${tenant}` })).length, 4);
  assert.deepEqual(await typesOf({ correlation: `request of ${stranger}` }), []);
  assert.deepEqual(await typesOf({ to: afterFirst.toISOString() }), ["AccountOpened", "FundsDeposited"]);
  assert.deepEqual(await typesOf({ from: afterFirst.toISOString() }), ["AccountOpened", "OrderFilled"]);
});

test("pages follow each other without a gap or a repeat", async () => {
  const types: string[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await ask(tenant, { limit: 1, ...(cursor !== undefined && { cursor }) });
    types.push(...page.items.map(({ type }) => type));
    cursor = page.next;
  }
  assert.deepEqual(types, ["AccountOpened", "FundsDeposited", "AccountOpened", "OrderFilled"]);
});

test("a request reads a bounded part of the history: what lies beyond is found through the next page", async () => {
  const many = Array.from({ length: 1000 }, () => "FundsDeposited");
  for (let batch = 0; batch < 10; batch++) await append(busy, streams.account(busy, `a${batch}`), "fund", many);
  await append(busy, streams.account(busy, "last"), "open", ["AccountOpened"]);
  const first = await ask(busy, { type: "AccountOpened" });
  assert.deepEqual(first.items, []);
  assert.ok(first.next !== undefined);
  const second = await ask(busy, { type: "AccountOpened", cursor: first.next });
  assert.deepEqual(
    second.items.map(({ stream }) => stream),
    [streams.account(busy, "last")],
  );
  assert.equal(second.next, undefined);
});

test("a page of large events fits into a message of the bus, and the next goes on behind it", async () => {
  const large = `${tenant}_large`;
  const types = Array.from({ length: 10 }, () => "FundsDeposited");
  for (let batch = 0; batch < 4; batch++)
    await append(large, streams.account(large, "main"), "fund", types, { note: "x".repeat(50_000) });
  let seen = 0;
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await ask(large, cursor === undefined ? {} : { cursor });
    seen += page.items.length;
    cursor = page.next;
  }
  assert.equal(seen, 40);
});

test("a question that is not well formed, and a subject of another tenant, are refused", async () => {
  await assert.rejects(ask(tenant, { cursor: "behind" }), { code: "INVALID_INPUT" });
  await assert.rejects(ask(tenant, { from: "yesterday" }), { code: "INVALID_INPUT" });
  const foreign = { query: "auditEvents", data: {}, tenant: stranger } as unknown as JsonValue;
  await assert.rejects(bus.request(subjects.query("audit", tenant, "auditEvents"), foreign), { code: "INVALID_INPUT" });
});
