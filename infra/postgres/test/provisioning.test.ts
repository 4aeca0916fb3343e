import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import {
  type PoolClient,
  type Postgres,
  PostgresUnavailable,
  provisionTenantSchema,
  TenantNotProvisioned,
} from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../test-support/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
}, 60_000);
afterAll(() => database?.[Symbol.asyncDispose]());

const tablesOf = async (tenant: string) =>
  (await database.query("select tablename from pg_tables where schemaname = $1 order by 1", [`tenant_${tenant}`])).map(
    ({ tablename }) => tablename,
  );

/** Its connection is terminated before the statement of that number. */
function dyingAt(statement: number): Postgres {
  let sent = 0;
  const dying = (client: PoolClient) =>
    new Proxy(client, {
      get: (target, name) =>
        name !== "query"
          ? Reflect.get(target, name)
          : async (...args: [string]) => {
              if (sent++ === statement) {
                const { rows } = await target.query<{ pid: number }>("select pg_backend_pid() as pid");
                await database.query("select pg_terminate_backend($1, 5000)", [rows[0]?.pid]);
              }
              return await target.query(...args);
            },
    });
  return { ...database.postgres, owner: (work) => database.postgres.owner((client) => work(dying(client))) };
}

describe("provisioning a tenant", () => {
  test("a tenant cannot be entered before it was provisioned", async () => {
    const tenant = database.uniqueTenant();
    await assert.rejects(
      database.postgres.tenant(tenant, async () => undefined),
      TenantNotProvisioned,
    );
  });

  test("a template chooses what is created, and another one adds what is missing", async () => {
    const tenant = database.uniqueTenant();
    await provisionTenantSchema(database.postgres, tenant, "basic");
    assert.ok((await tablesOf(tenant)).includes("instruments"));
    assert.ok(!(await tablesOf(tenant)).includes("orders"));
    await provisionTenantSchema(database.postgres, tenant, "trading");
    assert.ok((await tablesOf(tenant)).includes("orders"));
  });

  test("to provision again changes nothing", async () => {
    const tenant = database.uniqueTenant();
    await provisionTenantSchema(database.postgres, tenant, "trading");
    const before = await tablesOf(tenant);
    await provisionTenantSchema(database.postgres, tenant, "trading");
    assert.deepEqual(await tablesOf(tenant), before);
  });

  test("ten processes may provision the same tenant at once", async () => {
    const tenant = database.uniqueTenant();
    await Promise.all(Array.from({ length: 10 }, () => provisionTenantSchema(database.postgres, tenant, "trading")));
    await database.postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute());
  });

  test("twenty tenants may be provisioned at once", async () => {
    const tenants = Array.from({ length: 20 }, () => database.uniqueTenant());
    await Promise.all(tenants.map((tenant) => provisionTenantSchema(database.postgres, tenant, "trading")));
    for (const tenant of tenants) {
      await database.postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute());
    }
  }, 30_000);

  test("cut off at any statement, it leaves all or nothing, and the next attempt finishes it", async () => {
    const tenant = database.uniqueTenant();
    let statements = 0;
    for (; ; statements++) {
      const cut = await provisionTenantSchema(dyingAt(statements), tenant, "trading").catch((error: unknown) => error);
      if (cut === undefined) break;
      assert.ok(cut instanceof PostgresUnavailable, String(cut));
      assert.deepEqual(await tablesOf(tenant), []);
    }
    assert.ok(statements > 8, `it was cut off only ${statements} times`);
    await database.postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute());
  });

  test("names that are equal in the 63 bytes Postgres keeps share nothing: neither is a tenant", async () => {
    for (const ending of ["a", "b"]) {
      const tenant = "t".padEnd(63, "x") + ending;
      await assert.rejects(provisionTenantSchema(database.postgres, tenant, "trading"));
      await assert.rejects(database.postgres.tenant(tenant, async () => undefined));
    }
    assert.deepEqual(await database.query("select 1 from pg_namespace where nspname like 'tenant_txxx%'"), []);
  });

  test("a schema that belongs to somebody else is not taken over", async () => {
    const tenant = database.uniqueTenant();
    await database.query(`create schema tenant_${tenant}`);
    await assert.rejects(provisionTenantSchema(database.postgres, tenant, "trading"), /belongs to/);
    await database.query(`drop schema tenant_${tenant}`);
  });
});
