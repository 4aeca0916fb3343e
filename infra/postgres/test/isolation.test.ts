import assert from "node:assert/strict";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, test } from "vitest";
import { connectPostgres, provisionTenantSchema } from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../test-support/index.ts";

let database: TestDatabase;
let acme: string;
let globex: string;
beforeAll(async () => {
  database = await createTestDatabase();
  acme = database.uniqueTenant();
  globex = database.uniqueTenant();
  for (const tenant of [acme, globex]) {
    await provisionTenantSchema(database.postgres, tenant, "trading");
    await database.postgres.tenant(tenant, (db) => db.insertInto("accounts").values(account(tenant)).execute());
    await database.postgres.platform((db) => db.insertInto("tenants").values(listed(tenant)).execute());
  }
});
afterAll(() => database?.[Symbol.asyncDispose]());

const at = "2026-01-15T10:00:00.000Z";
const account = (tenant: string) => ({
  account_id: "main",
  name: tenant,
  currency: "USD",
  leverage: 100,
  mode: "netting" as const,
  venue: "paper" as const,
  trading_state: "active" as const,
  restricted_because: null,
  paper_terms: null,
  credit: "0.00",
  balance: "1000.00",
  opened_at: at,
  position: "1",
});
const listed = (tenant: string) => ({
  tenant_id: tenant,
  name: tenant,
  template: "trading" as const,
  status: "active" as const,
  created_at: at,
  position: "1",
});
const denied = { code: "42501" };
const missing = { code: "42P01" };

describe("the wall around a tenant", () => {
  test("a tenant reads its own rows, with money and times as they were written", async () => {
    const columns = Object.keys(account(acme)) as (keyof ReturnType<typeof account>)[];
    const rows = await database.postgres.tenant(acme, (db) => db.selectFrom("accounts").select(columns).execute());
    assert.deepEqual(rows, [account(acme)]);
  });

  test("a tenant may enter neither another's schema nor the platform's", async () => {
    for (const table of [`tenant_${globex}.accounts`, "platform.tenants"]) {
      const read = sql`select * from ${sql.table(table)}`;
      await assert.rejects(
        database.postgres.tenant(acme, (db) => read.execute(db)),
        denied,
      );
    }
  });

  test("a tenant cannot take on another's role, nor its own schema's name in another place", async () => {
    const asAcme = (statement: string) => database.postgres.tenant(acme, (_, client) => client.query(statement));
    await assert.rejects(asAcme(`create table tenant_${globex}.mine (a int)`), denied);
    await assert.rejects(asAcme("create table platform.mine (a int)"), denied);
    await assert.rejects(asAcme("create schema mine"), denied);
    await assert.rejects(asAcme("create role mine"), denied);
  });

  test("outside of a tenant nothing of a tenant is in reach", async () => {
    await assert.rejects(
      database.postgres.owner((client) => client.query("select * from accounts")),
      missing,
    );
    await assert.rejects(
      database.postgres.owner((client) => client.query(`select * from tenant_${acme}.accounts`)),
      denied,
    );
  });

  test("a pool of one serves two tenants in turn and mixes nothing", async () => {
    const postgres = connectPostgres({ url: database.url, applicationName: "pool-of-one", maxConnections: 1 });
    const names = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        postgres.tenant(index % 2 ? acme : globex, (db) =>
          db.selectFrom("accounts").select("name").executeTakeFirstOrThrow(),
        ),
      ),
    );
    names.forEach(({ name }, index) => {
      assert.equal(name, index % 2 ? acme : globex);
    });
    const after = await postgres.owner((client) =>
      client.query("select current_setting('app.tenant', true) as tenant, current_user = session_user as unscoped"),
    );
    assert.deepEqual(after.rows, [{ tenant: "", unscoped: true }]);
    await postgres.close();
  });

  test("platform tables show no row without a tenant in context, one with it, all to the platform", async () => {
    const seen = (tenant: string | undefined) =>
      database.postgres.platform(async (db, client) => {
        await client.query("select set_config('app.tenant', $1, true)", [tenant ?? ""]);
        return (await db.selectFrom("tenants").select("tenant_id").execute()).map(({ tenant_id }) => tenant_id);
      });
    assert.deepEqual(await seen(undefined), []);
    assert.deepEqual(await seen(acme), [acme]);
    assert.deepEqual(await seen("nobody"), []);
    assert.deepEqual((await seen("platform")).sort(), [acme, globex].sort());
  });

  test("every table of the platform has forced row security, but for those that are of no tenant", async () => {
    const unguarded = await database.query(
      `select relname as name from pg_class where relnamespace = 'platform'::regnamespace and relkind in ('r', 'p')
         and not (relrowsecurity and relforcerowsecurity) order by 1`,
    );
    assert.deepEqual(unguarded, [{ name: "checkpoints" }, { name: "migrations" }]);
  });

  test("every view shows what its reader may see, and not its owner", async () => {
    const views = await database.query(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'v' and (n.nspname = 'platform' or n.nspname like 'tenant\\_%')
         and not coalesce('security_invoker=true' = any(c.reloptions), false)`,
    );
    assert.deepEqual(views, []);
  });

  test("tenants whose long names differ at their end alone share nothing, and no identifier reaches 63 bytes", async () => {
    const start = database.uniqueTenant().padEnd(30, "x");
    const [first, second] = [`${start}a`, `${start}b`];
    for (const tenant of [first, second]) {
      assert.equal(tenant.length, 31);
      await provisionTenantSchema(database.postgres, tenant, "trading_plus_analytics");
      await database.postgres.tenant(tenant, (db) => db.insertInto("accounts").values(account(tenant)).execute());
    }
    for (const tenant of [first, second]) {
      const rows = await database.postgres.tenant(tenant, (db) => db.selectFrom("accounts").select("name").execute());
      assert.deepEqual(rows, [{ name: tenant }]);
    }
    const [longest] = await database.query(
      `select max(octet_length(relname)) as bytes from pg_class c join pg_roles r on r.oid = c.relowner
       where r.rolname in ($1, $2)`,
      [`tenant_${first}`, `tenant_${second}`],
    );
    assert.ok(Number(longest?.["bytes"]) < 63);
  });

  test("names that are no tenant's are refused before they reach Postgres", async () => {
    for (const id of ["platform", "acme; drop schema platform", 'a"b', "ACME", "", "a-b", "acme\n"]) {
      await assert.rejects(
        database.postgres.tenant(id, async () => undefined),
        { name: "ZodError" },
        id,
      );
    }
  });
});

describe("a transaction", () => {
  test("commits nothing after a failed statement, even where its error was swallowed", async () => {
    await assert.rejects(
      database.postgres.tenant(acme, async (db, client) => {
        await db.updateTable("accounts").set({ balance: "0" }).execute();
        await client.query("select 1/0").catch(() => undefined);
      }),
      /aborted/,
    );
    const row = await database.postgres.tenant(acme, (db) =>
      db.selectFrom("accounts").select("balance").executeTakeFirstOrThrow(),
    );
    assert.equal(row.balance, "1000.00");
  });

  test("refuses to begin another inside, whose end would end the wall", async () => {
    await database.postgres.tenant(acme, async (db) => {
      assert.throws(() => db.transaction());
    });
  });

  test("that only reads cannot write", async () => {
    await assert.rejects(
      database.postgres.tenant(acme, (db) => db.deleteFrom("accounts").execute(), { readOnly: true }),
      { code: "25006" },
    );
  });

  test("fifty times all backends are terminated, and each time the next transaction works", async () => {
    const postgres = connectPostgres({ url: database.url, applicationName: "terminated", maxConnections: 4 });
    for (let round = 0; round < 50; round++) {
      const running = Array.from({ length: 4 }, () =>
        postgres.tenant(acme, (_, client) => client.query("select pg_sleep(30)")).catch((error: Error) => error.name),
      );
      // Wait until the four of them are there to be killed, then once more for the connections that come back idle.
      while ((await sleeping()) < 4) await new Promise(setImmediate);
      await database.terminateBackends();
      assert.deepEqual(await Promise.all(running), Array(4).fill("PostgresUnavailable"));
      const { name } = await postgres.tenant(acme, (db) =>
        db.selectFrom("accounts").select("name").executeTakeFirstOrThrow(),
      );
      assert.equal(name, acme);
    }
    await postgres.close();
  });

  const sleeping = async () =>
    (
      await database.query(
        "select 1 from pg_stat_activity where application_name = 'terminated' and query like '%pg_sleep%' and state = 'active'",
      )
    ).length;
});
