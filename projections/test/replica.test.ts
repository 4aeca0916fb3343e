import assert from "node:assert/strict";
import { type JsonValue, type QueryReply, subjects } from "@tradesage/contracts";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { type ReplicatedTenant, startReplicatedTenant } from "@tradesage/postgres/test-support";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, test } from "vitest";
import { questions } from "../src/endpoints.ts";
import { serveQueries } from "../src/serve-queries.ts";

let { tenant, servers, postgres, replica, replicaBehindAtMost } = {} as ReplicatedTenant;
let replicated: ReplicatedTenant;
let bus: Bus;
beforeAll(async () => {
  replicated = await startReplicatedTenant("trading");
  ({ tenant, servers, postgres, replica, replicaBehindAtMost } = replicated);
  await named("first", 10n);
  await servers.caughtUp();
  bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "replica-test" });
  // The projections have written everything that the primary shows.
  const progress = { positionOf: () => 0n, reached: async () => true };
  await serveQueries({ bus, postgres, replica, progress, questions });
});
afterAll(async () => {
  await bus?.close();
  await replicated?.[Symbol.asyncDispose]();
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

test("a replica that is further behind than it may be is not asked, until it has come up", async () => {
  const strict = replicaBehindAtMost(2000);
  const said = () =>
    strict.ask(
      (copy) => copy.tenant(tenant, (db) => db.selectFrom("accounts").selectAll().executeTakeFirst()),
      Boolean,
    );
  await until("the replica answers", async () => (await said())?.name === "second");
  await servers.pause();
  await named("third", 30n);
  await until("the replica is not asked", async () => (await said()) === undefined);
  assert.deepEqual(await ask(), { name: "second", position: "20" });
  await servers.resume();
  await until("the replica answers again", async () => (await said())?.name === "third");
});

test("where the replica is gone, the primary answers", async () => {
  await servers.killReplica();
  assert.deepEqual(await ask(), { name: "third", position: "30" });
});
