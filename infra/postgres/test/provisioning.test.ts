import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createRole } from "../src/create-role.ts";
import { createSchema } from "../src/create-schema.ts";
import {
  dropTenantSchema,
  makeSpareSchema,
  type PoolClient,
  type Postgres,
  PostgresUnavailable,
  provisionTenantSchema,
  TenantNotProvisioned,
} from "../src/index.ts";
import { tenantMigrations } from "../src/migrations/tenant/index.ts";
import { tenantScope } from "../src/scope.ts";
import { createTestDatabase, type TestDatabase } from "../test-support/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.[Symbol.asyncDispose]());

const tablesOf = async (tenant: string) =>
  (await database.query("select tablename from pg_tables where schemaname = $1 order by 1", [`tenant_${tenant}`])).map(
    ({ tablename }) => tablename,
  );

/** What the catalog, and the tables themselves, say of a tenant's new schema; by name, so that two can be compared. */
async function shapeOf(tenant: string) {
  const told = await database.query(
    `with relation as (select * from pg_class where relnamespace = to_regnamespace($1))
     select concat_ws(' ', relname, relkind, relacl) as told from relation
     union all
     select format('%s.%s %s', relname, row_number() over (partition by relname order by attnum), attname) || concat_ws(
       ' ', format_type(atttypid, atttypmod), attnotnull, attidentity, pg_get_expr(adbin, adrelid))
     from relation join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
     left join pg_attrdef on adrelid = relation.oid and adnum = attnum where relkind = 'r'
     union all
     select concat_ws(' ', conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = to_regnamespace($1)
     union all
     select indexdef from pg_indexes where schemaname = $1
     union all
     select format('%s by %s every %s', hypertable_name, column_name, time_interval)
     from timescaledb_information.dimensions where hypertable_schema = $1
     union all
     select format('%s from %s at %s', sequencename, start_value, last_value) from pg_sequences where schemaname = $1
     union all
     select concat_ws(' ', defaclobjtype, defaclacl) from pg_default_acl where defaclrole = to_regrole($1)
     union all
     select format('%s may be taken on by %s', roleid::regrole, member::regrole) || concat_ws(
       ' ', '', admin_option, inherit_option, set_option)
     from pg_auth_members where roleid = to_regrole($1)
     union all
     select concat_ws(' ', nspname, nspowner::regrole, nspacl) from pg_namespace where oid = to_regnamespace($1)`,
    [`tenant_${tenant}`],
  );
  const { rows } = await database.postgres.tenant(tenant, (_, client) =>
    client.query("select name || ' at ' || position as told from checkpoints union all select name from migrations"),
  );
  return [...told, ...rows].map((row) => String(row["told"]).replaceAll(tenant, "ours")).sort();
}

const spares = () => database.query("select nspname as name from pg_namespace where nspname like 'spare\\_%'");

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

  test("a new tenant is made at once of the same tables that one has which went every step of the way", async () => {
    for (const template of ["basic", "trading"] as const) {
      const [anew, byStep, widened] = [database.uniqueTenant(), database.uniqueTenant(), database.uniqueTenant()];
      await provisionTenantSchema(database.postgres, anew, template);
      await database.postgres.owner(async (client) => {
        await createRole(client, tenantScope(byStep).role);
        await createSchema(client, tenantScope(byStep), tenantMigrations(template));
      });
      await provisionTenantSchema(database.postgres, widened, "basic");
      await provisionTenantSchema(database.postgres, widened, template);
      const expected = await shapeOf(byStep);
      assert.ok(expected.length > 100, `the catalog told only of ${expected.length} things`);
      assert.deepEqual(await shapeOf(anew), expected);
      assert.deepEqual(await shapeOf(widened), expected);
    }
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

  test("one that has taken a spare schema is no other than one made for it; what has more than it asks for it leaves", async () => {
    const [anew, taken, basic] = [database.uniqueTenant(), database.uniqueTenant(), database.uniqueTenant()];
    await provisionTenantSchema(database.postgres, anew, "trading");
    await makeSpareSchema(database.postgres, 1);
    await provisionTenantSchema(database.postgres, basic, "basic");
    assert.equal((await spares()).length, 1);
    await provisionTenantSchema(database.postgres, taken, "trading");
    assert.deepEqual(await spares(), []);
    assert.deepEqual(await shapeOf(taken), await shapeOf(anew));
  });

  test("ten processes that make spare schemas make no more than wanted", async () => {
    await Promise.all(Array.from({ length: 10 }, () => makeSpareSchema(database.postgres, 3)));
    assert.equal((await spares()).length, 3);
    assert.equal(await makeSpareSchema(database.postgres, 3), 3);
  });

  test("twenty tenants may be provisioned at once, some of them from spare schemas", async () => {
    await makeSpareSchema(database.postgres, 1);
    const tenants = Array.from({ length: 20 }, () => database.uniqueTenant());
    await Promise.all(tenants.map((tenant) => provisionTenantSchema(database.postgres, tenant, "trading")));
    for (const tenant of tenants) {
      await database.postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute());
    }
    assert.deepEqual(await spares(), []);
  });

  test.each([0, 1])(
    "cut off at any statement, with %i spare schemas, it leaves all or nothing, and the next attempt finishes it",
    async (ready) => {
      const [tenant, other] = [database.uniqueTenant(), database.uniqueTenant()];
      await provisionTenantSchema(database.postgres, other, "trading");
      const whole = await tablesOf(other);
      await makeSpareSchema(database.postgres, ready);
      let statements = 0;
      for (; ; statements++) {
        const cut = await provisionTenantSchema(dyingAt(statements), tenant, "trading").catch(
          (error: unknown) => error,
        );
        if (cut === undefined) break;
        assert.ok(cut instanceof PostgresUnavailable, String(cut));
        const tables = await tablesOf(tenant);
        if (tables.length > 0) assert.deepEqual(tables, whole);
        assert.equal((await spares()).length, ready === 1 && tables.length === 0 ? 1 : 0);
      }
      assert.ok(statements > 8, `it was cut off only ${statements} times`);
      await database.postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute());
    },
  );

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

describe("dropping a tenant", () => {
  test("takes its schema, its chunks, however many, and its role, and nothing of another's; twice is once", async () => {
    const [tenant, other] = [database.uniqueTenant(), database.uniqueTenant()];
    for (const each of [tenant, other]) {
      await provisionTenantSchema(database.postgres, each, "trading");
      // A chunk holds a day: more of them than are dropped in one transaction.
      await database.postgres.tenant(each, async (_, client) => {
        await client.query("insert into feeds (symbol) values ('EURUSD')");
        await client.query(
          `insert into ticks (time, bid, ask, last, volume, feed, ordinal, flags, utc_offset_seconds, quality, backfill)
           select timestamptz '2026-01-01' + day * interval '1 day', 1, 1, 0, 0, 1, 0, 6, 0, 0, false
           from generate_series(1, $1::int) day`,
          [each === tenant ? 450 : 3],
        );
      });
    }
    const left = async (each: string) => {
      const [row] = await database.query(
        `select (select count(*)::int from pg_class where relowner = to_regrole($1)) as relations,
           to_regrole($1) is not null as role, to_regnamespace($1) is not null as schema`,
        [`tenant_${each}`],
      );
      return row;
    };
    const before = await left(other);
    await dropTenantSchema(database.postgres, tenant);
    await dropTenantSchema(database.postgres, tenant);
    assert.deepEqual(await left(tenant), { relations: 0, role: false, schema: false });
    assert.deepEqual(await left(other), before);
  });

  test("begun and interrupted, it is finished", async () => {
    const tenant = database.uniqueTenant();
    await provisionTenantSchema(database.postgres, tenant, "trading");
    // The schema is gone, and its role is still there.
    await assert.rejects(dropTenantSchema(dyingAt(0), tenant), PostgresUnavailable);
    await dropTenantSchema(database.postgres, tenant);
    const [role] = await database.query("select to_regrole($1) is null as gone", [`tenant_${tenant}`]);
    assert.deepEqual(role, { gone: true });
  });
});
