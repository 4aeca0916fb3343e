import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { buildBeside, dropBeside, dumpTenant, provisionTenantSchema, sumsOf, swapIn } from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../test-support/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.[Symbol.asyncDispose]());

const TICKS = "select '2026-01-15'::timestamptz + n * interval '1 minute', n, n, 0, 0, 1, 0, 6, 0, 0, false";
const inTenant = (tenant: string, sql: string) => database.postgres.tenant(tenant, (_, client) => client.query(sql));
/** Ticks as market data writes and notes them. */
const write = (tenant: string, from: number, to: number) =>
  inTenant(
    tenant,
    `select from checkpoints where name = 'ticks' for update;
     update checkpoints set position = ${to} where name = 'ticks';
     insert into ticks ${TICKS} from generate_series(${from}, ${to}) n;
     insert into tick_changes select distinct last_value, 1, time_bucket('1 hour', '2026-01-15'::timestamptz + n * interval '1 minute')
       from generate_series(${from}, ${to}) n, tick_changes_epoch on conflict do nothing`,
  );
async function newTenant(): Promise<string> {
  const tenant = database.uniqueTenant();
  await provisionTenantSchema(database.postgres, tenant, "trading");
  await inTenant(tenant, "insert into feeds (symbol) values ('EURUSD')");
  await write(tenant, 1, 300);
  return tenant;
}
const marketOf = async (tenant: string) => {
  const { ticks, feeds } = await database.postgres.tenant(tenant, (_, client) => sumsOf(client));
  const { rows } = await inTenant(tenant, "select position from checkpoints where name = 'ticks'");
  return { ticks, feeds, rows };
};
const build = (tenant: string) =>
  dumpTenant(database.postgres, tenant, ({ script }) => whole(script)).then(
    (script) => () =>
      buildBeside(database.postgres, tenant, {
        ...{ template: "trading", readModels: true, ticks: (async function* () {})() },
        script: (async function* () {
          yield script;
        })(),
      }),
  );
const whole = (pieces: AsyncIterable<Buffer>) => Array.fromAsync(pieces).then((all) => Buffer.concat(all));
const bring = async () => {};
const schemas = async (tenant: string) =>
  (await database.query("select nspname from pg_namespace where nspname like $1 order by 1", [`%${tenant}`])).length;

describe("a schema that is made beside a tenant's own", () => {
  test("takes over what was written since, and what was put aside does when it is put back", async () => {
    const tenant = await newTenant();
    const make = await build(tenant);
    await write(tenant, 301, 500);
    await make();
    const before = await marketOf(tenant);
    assert.deepEqual(await swapIn(database.postgres, tenant, "restoring", { bring }), { notTakenOver: undefined });
    assert.deepEqual(await marketOf(tenant), before);
    await write(tenant, 501, 700);
    const later = await marketOf(tenant);
    await swapIn(database.postgres, tenant, "kept", { bring });
    assert.deepEqual(await marketOf(tenant), later);
    await dropBeside(database.postgres, tenant, "restoring");
    assert.equal(await schemas(tenant), 1);
  });

  test("is swapped in while ticks are written: none is lost, none is there twice", async () => {
    const tenant = await newTenant();
    const make = await build(tenant);
    await make();
    const writing = (async () => {
      for (let from = 301; from < 601; from += 10) await write(tenant, from, from + 9);
    })();
    await swapIn(database.postgres, tenant, "restoring", { bring });
    await writing;
    const { rows } = await inTenant(
      tenant,
      "select count(*)::int as ticks, count(distinct time)::int as times from ticks",
    );
    assert.deepEqual(rows, [{ ticks: 600, times: 600 }]);
  });

  test("is what its backup was where the standing one is damaged, and says so", async () => {
    const tenant = await newTenant();
    const make = await build(tenant);
    const before = await marketOf(tenant);
    await inTenant(tenant, "drop table ticks");
    await make();
    const { notTakenOver } = await swapIn(database.postgres, tenant, "restoring", { bring });
    assert.match(notTakenOver ?? "", /ticks/);
    assert.deepEqual((await marketOf(tenant)).ticks, before.ticks);
  });

  test("leaves the standing one as it is where it does not prove itself", async () => {
    const tenant = await newTenant();
    const make = await build(tenant);
    await write(tenant, 301, 500);
    const before = await marketOf(tenant);
    await make();
    const prove = async () => {
      throw new Error("the rows differ");
    };
    await assert.rejects(swapIn(database.postgres, tenant, "restoring", { bring, prove }), /the rows differ/);
    assert.deepEqual(await marketOf(tenant), before);
    await write(tenant, 501, 510);
    await swapIn(database.postgres, tenant, "restoring", { bring });
    assert.equal((await marketOf(tenant)).ticks?.rows, "510");
  });

  test("takes the place of one that is gone altogether", async () => {
    const tenant = await newTenant();
    const make = await build(tenant);
    const before = await marketOf(tenant);
    await inTenant(tenant, `drop schema tenant_${tenant} cascade`);
    await make();
    await swapIn(database.postgres, tenant, "restoring", { bring });
    assert.deepEqual(await marketOf(tenant), before);
  });
});
