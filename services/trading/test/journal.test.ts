import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type JsonObject, streams } from "@tradesage/contracts";
import { buckets } from "@tradesage/message-bus";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, test, vi } from "vitest";
import type { Trading } from "../src/trading.ts";
import { type Desk, desk } from "./desk.ts";
import { codeOf, type Servers, startServers } from "./servers.ts";

const tenant = "noted";
let servers: Servers;
let trading: Trading;
let acme: Desk;

beforeAll(async () => {
  servers = await startServers();
  acme = desk(servers.bus, servers.eventStore, tenant);
  await acme.activate();
  trading = await servers.startTrading();
  await acme.open();
});
afterAll(async () => {
  await trading?.stop();
  await servers?.close();
});

const note = (tradeId: string) => acme.send("WriteEntry", { accountId: "main", entryId: "one", tradeId, text: "Why." });

test("a trade is noted of once it is there, and no other event of the account is one", async () => {
  acme.tick(1.39148, 1.39151);
  await until("an order is filled", async () => {
    await acme.place("first").catch(() => undefined);
    return acme.fillOf("first");
  });
  const events = await acme.events();
  const opening = events.find(({ type }) => type === "PositionOpened");
  assert.ok(opening);
  for (const { revision } of events.filter((event) => event !== opening))
    assert.equal(await codeOf(note(String(revision))), "TRADE_NOT_FOUND");
  assert.equal(await codeOf(note("999999999999999999")), "TRADE_NOT_FOUND");
  const { events: written } = await note(String(opening.revision));
  assert.deepEqual(
    written.map(({ type }) => type),
    ["EntryWritten"],
  );
  assert.equal(await codeOf(note(String(opening.revision))), "ENTRY_EXISTS");
});

test("a journal has a stream of its own, with who wrote and when", async () => {
  const [written] = await Array.fromAsync(servers.eventStore.readStream(streams.journal(tenant, "main")));
  assert.ok(written);
  assert.equal(written.type, "EntryWritten");
  const { actor, at } = written.metadata as { actor: string; at: string };
  assert.equal(actor, "spec");
  assert.ok(Date.parse(at) <= Date.now());
});

test("a long journal goes on from its snapshot when the service starts again", async () => {
  const stream = streams.journal(tenant, "main");
  const [first] = await Array.fromAsync(servers.eventStore.readStream(stream));
  let revision = first?.revision ?? ("no_stream" as const);
  for (let from = 0; from < 5_000; from += 1_000) {
    const thousand = Array.from({ length: 1_000 }, (_, number) => ({
      ...{ id: randomUUID(), type: "EntryWritten", metadata: first?.metadata as JsonObject },
      data: { accountId: "main", entryId: `long-${from + number}`, text: "Why.", tags: [], screenshots: [] },
    }));
    ({ revision } = await servers.eventStore.append(stream, thousand, revision));
  }
  const write = (entryId: string) => acme.send("WriteEntry", { accountId: "main", entryId, text: "Why." });
  await write("newest");
  const snapshots = await servers.bus.objects(buckets.snapshots);
  await until("a snapshot is there", () => snapshots.get(stream));

  await trading.stop();
  const reading = vi.spyOn(servers.eventStore, "readStream");
  trading = await servers.startTrading();
  assert.equal(await codeOf(write("long-4999")), "ENTRY_EXISTS");
  assert.equal(await codeOf(write("newest")), "ENTRY_EXISTS");
  const from = reading.mock.calls.filter(([read]) => read === stream).map(([, options]) => options?.from);
  assert.ok(from.length > 0 && from.every((at) => at === "end" || Number(at) >= 5_000), from.join());
  reading.mockRestore();
});

test("there is no journal of an account that is not there", async () => {
  const accountId = "nobody";
  for (const [command, data] of [
    ["WriteEntry", { entryId: "one", text: "Why." }],
    ["AmendEntry", { entryId: "one", text: "Why." }],
    ["WithdrawEntry", { entryId: "one" }],
    ["TagTrade", { tradeId: "1", tags: ["early"] }],
    ["UntagTrade", { tradeId: "1", tags: ["early"] }],
  ] as const)
    assert.equal(await codeOf(acme.send(command, { accountId, ...data }, accountId)), "ACCOUNT_NOT_FOUND");
});
