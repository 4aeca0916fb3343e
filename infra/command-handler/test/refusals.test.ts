import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Refused, subjects } from "@tradesage/contracts";
import { buckets } from "@tradesage/message-bus";
import { afterAll, beforeAll, test } from "vitest";
import { asked, purses } from "../src/purse.fixture.ts";
import { serveCommands } from "../src/serve-commands.ts";
import { type Servers, startServers } from "./servers.ts";

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.close());

test("a refusal is remembered on the bus's own disk, and is the same for the next process", async () => {
  const { store, bus } = servers;
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
  const { store, bus } = servers;
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
