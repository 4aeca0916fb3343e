import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { connectPostgres, migratePlatform, type Postgres, provisionTenantSchema } from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../test-support/index.ts";
import { hasPgBouncer, startPgBouncer } from "./pg-bouncer.ts";

describe.skipIf(!hasPgBouncer)("through PgBouncer in transaction mode, whose two connections all share", () => {
  let database: TestDatabase;
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  let postgres: Postgres;
  let tenants: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    bouncer = await startPgBouncer(database.url, 2);
    postgres = connectPostgres({ url: bouncer.url, applicationName: "through-pgbouncer", maxConnections: 20 });
    tenants = Array.from({ length: 5 }, () => database.uniqueTenant());
  });
  afterAll(async () => {
    await postgres?.close();
    await bouncer?.close();
    await database?.[Symbol.asyncDispose]();
  });

  test("the platform is migrated and tenants are provisioned, many at once", async () => {
    await migratePlatform(postgres);
    await Promise.all(tenants.map((tenant) => provisionTenantSchema(postgres, tenant, "trading")));
    for (const tenant of tenants)
      assert.deepEqual(await postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute()), []);
  });

  test("every transaction is in its own tenant, however many come at once", async () => {
    const mark = (tenant: string, symbol: string) =>
      postgres.tenant(tenant, (_, client) => client.query("insert into feeds (symbol) values ($1)", [symbol]));
    await Promise.all(
      tenants.flatMap((tenant) => ["A", "B", "C", "D"].map((name) => mark(tenant, `${tenant}.${name}`))),
    );
    const seen = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const tenant = tenants[index % tenants.length] ?? "";
        return postgres.tenant(tenant, async (db, client) => {
          const { rows } = await client.query("select current_setting('app.tenant') as tenant, current_user as role");
          const feeds = await db.selectFrom("feeds").select("symbol").execute();
          return { tenant, rows, feeds: feeds.map(({ symbol }) => symbol) };
        });
      }),
    );
    for (const { tenant, rows, feeds } of seen) {
      assert.deepEqual(rows, [{ tenant, role: `tenant_${tenant}` }]);
      assert.deepEqual(
        feeds.sort(),
        ["A", "B", "C", "D"].map((name) => `${tenant}.${name}`),
      );
    }
  });

  test("prepared statements may be used", async () => {
    const ask = (tenant: string) =>
      postgres.tenant(tenant, (_, client) =>
        client.query({
          name: "feeds-of",
          text: "select count(*)::int as count from feeds where symbol like $1",
          values: [`${tenant}%`],
        }),
      );
    const counts = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(tenants[index % 5] ?? "")));
    assert.deepEqual([...new Set(counts.map(({ rows }) => rows[0].count))], [4]);
  });

  test("no setting of a transaction is left for the next, also of one that failed", async () => {
    const [tenant = ""] = tenants;
    await assert.rejects(postgres.tenant(tenant, (_, client) => client.query("select * from nothing")));
    const left = await Promise.all(
      Array.from({ length: 10 }, () =>
        postgres.owner((client) =>
          client.query("select current_setting('app.tenant', true) as tenant, current_user = session_user as unscoped"),
        ),
      ),
    );
    for (const { rows } of left) assert.ok([null, ""].includes(rows[0].tenant) && rows[0].unscoped);
  });
});
