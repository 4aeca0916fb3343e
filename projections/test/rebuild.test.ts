import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { PATIENCE_MS } from "@tradesage/until";
import { afterAll, beforeAll, test } from "vitest";
import { compareWithReplay, rebuild } from "../src/index.ts";
import { accountHistory, deposited, type Installation, startInstallation } from "./installation.ts";

const TRADES = 250;

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.[Symbol.asyncDispose]());

const parts = () => ({ postgres: installation.database.postgres, eventStore: installation.eventStore });

/** A tenant whose read models have come to the end of its history. */
async function tenantWith(trades: number): Promise<{ tenant: string; position: bigint }> {
  const tenant = await installation.tenant();
  const runner = await installation.runner();
  const history = accountHistory("main", trades);
  let position = 0n;
  for (let start = 0; start < history.length; start += 600)
    position = await installation.append(tenant, "account-main", history.slice(start, start + 600));
  assert.ok(await runner.progress.reached(tenant, position, PATIENCE_MS));
  await runner.stop();
  return { tenant, position };
}

const spoil = (tenant: string) =>
  installation.database.postgres.tenant(tenant, async (db) => {
    await db.updateTable("accounts").set({ balance: "0.00" }).execute();
    await db.deleteFrom("executions").where("execution_id", "=", "e0-buy").execute();
  });

/** What a reader sees of the tenant, in one statement. */
const seen = (tenant: string) =>
  installation.database.postgres.tenant(tenant, async (_, client) => {
    const { rows } = await client.query<{ balance: string; executions: string }>(
      "select (select balance from accounts) as balance, (select count(*) from executions) as executions",
    );
    return `${rows[0]?.balance} ${rows[0]?.executions}`;
  });
const [OLD, NEW] = [`0.00 ${2 * TRADES - 1}`, `${(1000 + TRADES / 2).toFixed(2)} ${2 * TRADES}`];

async function leftovers(): Promise<readonly string[]> {
  const { rows } = await installation.database.postgres.owner((client) =>
    client.query<{ name: string }>("select nspname as name from pg_namespace where nspname like 'rebuild%'"),
  );
  return rows.map(({ name }) => name);
}

test("read models are built anew beside the live ones and swapped; it is told what was wrong with the old ones", async () => {
  const { tenant, position } = await tenantWith(TRADES);
  assert.equal(await seen(tenant), NEW);
  await spoil(tenant);
  const told: bigint[] = [];
  const rebuilt = await rebuild({ ...parts(), onProgress: (reached) => told.push(reached) }, tenant);
  assert.equal(rebuilt.position, position);
  assert.equal(rebuilt.events, 2 + 6 * TRADES);
  assert.deepEqual(rebuilt.differences.map(({ table, only }) => `${table} ${only}`).sort(), [
    "accounts live",
    "accounts replayed",
    "executions replayed",
  ]);
  assert.equal(told.at(-1), position);
  assert.equal(await seen(tenant), NEW);
  assert.deepEqual((await compareWithReplay(parts(), tenant)).differences, []);
  assert.deepEqual((await rebuild(parts(), tenant)).differences, []);
  assert.deepEqual(await leftovers(), []);
});

test("others read and write all the while: a reader sees the old ones or the new, and no event is lost", async () => {
  const { tenant } = await tenantWith(TRADES);
  await spoil(tenant);
  const runner = await installation.runner();
  let isSwapped = false;
  const more = accountHistory("main", TRADES + 200).slice(2 + 6 * TRADES);
  let position = 0n;
  async function work(): Promise<void> {
    for (let start = 0; start < more.length; start += 60)
      position = await installation.append(tenant, "account-main", more.slice(start, start + 60));
  }
  const views: string[] = [];
  async function look(): Promise<void> {
    while (!isSwapped) views.push((await seen(tenant)).split(" ")[1] ?? "");
  }
  const looking = look();
  await Promise.all([work(), rebuild(parts(), tenant)]);
  isSwapped = true;
  await looking;
  assert.ok(await runner.progress.reached(tenant, position, PATIENCE_MS));
  assert.deepEqual((await compareWithReplay(parts(), tenant)).differences, []);
  assert.equal(await seen(tenant), `${(1000 + (TRADES + 200) / 2).toFixed(2)} ${2 * (TRADES + 200)}`);
  assert.ok(views.length > 0);
  assert.deepEqual(
    views,
    views.toSorted((one, other) => Number(one) - Number(other)),
  );
  await runner.stop();
});

test("a reader that holds a table for long is waited for, and keeps no other from reading", async () => {
  const { tenant } = await tenantWith(TRADES);
  await spoil(tenant);
  const hold = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const { postgres } = installation.database;
  const holding = postgres.tenant(tenant, async (_, client) => {
    await client.query("select count(*) from orders");
    held.resolve();
    await hold.promise;
  });
  await held.promise;
  const rebuilding = rebuild(parts(), tenant);
  for (let read = 0; read < 30; read++) {
    assert.equal(await seen(tenant), OLD);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  hold.resolve();
  await holding;
  await rebuilding;
  assert.equal(await seen(tenant), NEW);
});

test("whenever Postgres is torn away, either the old ones are there or the new", async () => {
  const { tenant } = await tenantWith(TRADES);
  await spoil(tenant);
  let isNew = false;
  for (let round = 0; round < 8; round++) {
    const rebuilding = rebuild(parts(), tenant).then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 800));
    await installation.database.terminateBackends();
    isNew = (await rebuilding) || isNew;
    const now = await seen(tenant);
    assert.ok(now === NEW || (now === OLD && !isNew), now);
    isNew ||= now === NEW;
  }
  await rebuild(parts(), tenant);
  assert.equal(await seen(tenant), NEW);
  assert.deepEqual(await leftovers(), []);
});

test("killed at any moment, it leaves the old ones or the new, and the next begins anew", async () => {
  const { tenant } = await tenantWith(TRADES);
  await spoil(tenant);
  const env = {
    ...process.env,
    DATABASE_URL: installation.database.url,
    EVENTSTORE_URL: installation.eventStoreUrl,
  };
  let isNew = false;
  for (let round = 0; round < 5; round++) {
    const options = { env, execArgv: ["--disable-warning=ExperimentalWarning"] };
    const child = fork(join(import.meta.dirname, "fixtures/rebuild.ts"), [tenant], options);
    const ended = once(child, "exit");
    await Promise.race([once(child, "message"), ended]);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 800));
    child.kill("SIGKILL");
    const [code] = await ended;
    const now = await seen(tenant);
    isNew ||= code === 0;
    assert.ok(now === NEW || (now === OLD && !isNew), now);
    isNew ||= now === NEW;
  }
  await rebuild(parts(), tenant);
  assert.equal(await seen(tenant), NEW);
  assert.deepEqual(await leftovers(), []);
});

test("a history that cannot be replayed changes nothing", async () => {
  const { tenant } = await tenantWith(1);
  const before = await seen(tenant);
  const bad = deposited("main", "a lot");
  const position = await installation.append(tenant, "account-main", [bad]);
  await installation.database.postgres.tenant(tenant, (db) =>
    db
      .updateTable("checkpoints")
      .set({ position: String(position) })
      .execute(),
  );
  await assert.rejects(rebuild(parts(), tenant), /amount/);
  assert.equal(await seen(tenant), before);
  assert.deepEqual(await leftovers(), []);
});

test("those of the platform keep their walls", async () => {
  const { rows, differences } = await rebuild(parts(), "platform");
  assert.ok(rows >= 0);
  assert.deepEqual(differences, []);
  const { rows: walls } = await installation.database.postgres.platform((_, client) =>
    client.query<{ wall: boolean }>(
      `select relrowsecurity and relforcerowsecurity and exists (select 1 from pg_policy where polrelid = pg_class.oid) as wall
       from pg_class where relnamespace = 'platform'::regnamespace and relname in ('tenants', 'backups', 'terminal_keys')`,
    ),
  );
  assert.deepEqual(walls, [{ wall: true }, { wall: true }, { wall: true }]);
});
