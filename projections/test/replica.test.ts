import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type JsonValue, type QueryReply, subjects } from "@tradesage/contracts";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { connectPostgres, migratePlatform, type Postgres, provisionTenantSchema } from "@tradesage/postgres";
import { type ReplicatedPostgres, startReplicatedPostgres } from "@tradesage/postgres/test-support";
import { afterAll, beforeAll, test } from "vitest";
import { questions } from "../src/endpoints.ts";
import { serveQueries } from "../src/serve-queries.ts";

const tenant = `t${randomUUID().slice(0, 8)}`;
let servers: ReplicatedPostgres;
let postgres: Postgres;
let replica: Postgres;
let bus: Bus;
beforeAll(async () => {
  servers = await startReplicatedPostgres();
  postgres = connectPostgres({ url: servers.primary, applicationName: "replica-test" });
  replica = connectPostgres({ url: servers.replica, applicationName: "replica-test" });
  await migratePlatform(postgres);
  await provisionTenantSchema(postgres, tenant, "trading");
  await named("first", 10n);
  await servers.caughtUp();
  bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "replica-test" });
  // The projections have written everything that the primary shows.
  const progress = { positionOf: () => 0n, reached: async () => true };
  await serveQueries({ bus, postgres, replica, progress, questions });
}, 120_000);
afterAll(async () => {
  await bus?.close();
  await Promise.all([postgres?.close(), replica?.close()]);
  await servers?.[Symbol.asyncDispose]();
});

/** As the projection writes it: the row and the checkpoint together. */
const named = (name: string, position: bigint) =>
  postgres.tenant(tenant, async (db) => {
    const account = { account_id: "main", name, currency: "USD", leverage: 100, balance: "0", credit: "0" } as const;
    const rest = {
      mode: "netting",
      venue: "paper",
      trading_state: "active",
      opened_at: "2026-01-15T10:00:00Z",
      position: String(position),
    } as const;
    await db.deleteFrom("accounts").execute();
    await db
      .insertInto("accounts")
      .values({ ...account, ...rest })
      .execute();
    await db
      .updateTable("checkpoints")
      .set({ position: String(position) })
      .execute();
  });

async function ask(after?: bigint): Promise<{ name: string; position: string }> {
  const envelope = { query: "account", data: { accountId: "main" }, tenant, ...(after && { after: String(after) }) };
  const subject = subjects.query("projections", tenant, "account");
  const { position, answer } = (await bus.request(subject, envelope as unknown as JsonValue)) as QueryReply;
  return { name: (answer as { name: string }).name, position };
}

test("what may be a little old comes from the replica, with the position that it is of", async () => {
  await servers.pause();
  await named("second", 20n);
  assert.deepEqual(await ask(), { name: "first", position: "10" });
  assert.deepEqual(await ask(10n), { name: "first", position: "10" });
});

test("who has written reads what he wrote, from the primary where the replica is behind", async () => {
  assert.deepEqual(await ask(20n), { name: "second", position: "20" });
  await servers.resume();
  await servers.caughtUp();
  assert.deepEqual(await ask(), { name: "second", position: "20" });
});

test("where the replica is gone, the primary answers", async () => {
  await servers.killReplica();
  assert.deepEqual(await ask(), { name: "second", position: "20" });
});
