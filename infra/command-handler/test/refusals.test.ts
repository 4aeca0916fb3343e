import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Refused, subjects } from "@tradesage/contracts";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, buckets, connectBus, ensureStreams } from "@tradesage/message-bus";
import { afterAll, beforeAll, test } from "vitest";
import { asked, purses } from "../src/purse.fixture.ts";
import { serveCommands } from "../src/serve-commands.ts";

const { NATS_URL = "" } = process.env;
let server: Awaited<ReturnType<typeof startEventStoreServer>>;
let store: EventStore;
let bus: Bus;

beforeAll(async () => {
  server = await startEventStoreServer({ inMemory: true, port: 0 });
  store = connectEventStore(server);
  bus = await connectBus({ url: NATS_URL, name: "command-handler-test" });
  await ensureStreams(bus);
});
afterAll(async () => {
  await bus.close();
  await store.close();
  await server.close();
});

test("a refusal is remembered on the bus's own disk, and is the same for the next process", async () => {
  const start = async () => purses(store, { refusals: await bus.kv(buckets.refusals) });
  const tenant = "acme";
  const command = asked("Take", 3, { tenant, key: randomUUID() });
  const refused = { code: "INSUFFICIENT_MARGIN", values: { held: 0 } };
  const first = await start();
  await assert.rejects(first.handle(command), refused);
  await first.handle(asked("Put", 5, { tenant }));
  await assert.rejects((await start()).handle(command), refused);
});

test("a service answers the commands of its table, and no others", async () => {
  const handler = purses(store, { refusals: await bus.kv(buckets.refusals) });
  const service = `purses-${randomUUID()}`;
  const serving = await serveCommands(bus, service, { Put: handler.handle });
  const send = (envelope: ReturnType<typeof asked>, tenant = envelope.tenant) =>
    bus.request(subjects.command(service, tenant, envelope.command, "p"), envelope).then(
      (reply) => (reply as { events: { type: string }[] }).events.map(({ type }) => type),
      (error: unknown) => (error instanceof Refused ? error.code : error),
    );
  assert.deepEqual(await send(asked("Put", 1)), ["CoinsPut"]);
  assert.equal(await send(asked("Take", 1)), "INVALID_INPUT");
  assert.equal(await send(asked("Put", 1), "zeta"), "INVALID_INPUT");
  assert.equal(await send({ ...asked("Put", 1), actor: "" }), "INVALID_INPUT");
  await serving.stop();
});
