import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { streams } from "@tradesage/contracts";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { type EventStoreServer, startEventStoreServer } from "@tradesage/event-store/server";
import { provisionTenantSchema } from "@tradesage/postgres";
import { createTestDatabase, type TestDatabase } from "@tradesage/postgres/test-support";
import { afterAll, beforeAll, beforeEach, describe, test } from "vitest";
import { rollOutMigrations } from "../src/index.ts";

let database: TestDatabase;
let server: EventStoreServer;
let eventStore: EventStore;
let tenants: string[];

beforeAll(async () => {
  server = await startEventStoreServer({ port: 0, inMemory: true });
  eventStore = connectEventStore({ connectionString: server.connectionString });
});
afterAll(async () => {
  await eventStore?.close();
  await server?.close();
});

/** Three tenants as an older release left them: the last step of their schemas is missing. */
beforeEach(async () => {
  database = await createTestDatabase();
  tenants = Array.from({ length: 3 }, () => database.uniqueTenant()).sort();
  for (const tenantId of tenants) {
    await provisionTenantSchema(database.postgres, tenantId, "trading");
    const requested = { tenantId, name: tenantId, template: "trading" };
    await eventStore.append(
      streams.tenant(tenantId),
      [{ id: randomUUID(), type: "TenantRequested", data: requested, metadata: {} }],
      "no_stream",
    );
    await inTenant(
      tenantId,
      `drop table accounts, orders, executions, positions; delete from migrations where name = '0002-trading';
       delete from checkpoints where name in ('accounts', 'orders', 'executions', 'positions')`,
    );
  }
  return () => database[Symbol.asyncDispose]();
});

const inTenant = (tenant: string, statement: string) =>
  database.postgres.tenant(tenant, (_, client) => client.query(statement));
const hasOrders = (tenant: string) =>
  inTenant(tenant, "select 1 from orders").then(
    () => true,
    () => false,
  );
const parts = () => ({ postgres: database.postgres, eventStore });
const migrations = ["0002-trading"];

describe("a roll-out of migrations", () => {
  test("brings every tenant up to date, tells how far it is, and has nothing to do the second time", async () => {
    const progress: number[] = [];
    const report = await rollOutMigrations({ ...parts(), onProgress: (done) => progress.push(done) });
    assert.deepEqual(
      report,
      tenants.map((tenantId) => ({ tenantId, migrations })),
    );
    assert.deepEqual(progress, [0, 1, 2, 3]);
    for (const tenant of tenants) assert.ok(await hasOrders(tenant));
    assert.deepEqual(
      await rollOutMigrations(parts()),
      tenants.map((tenantId) => ({ tenantId, migrations: [] })),
    );
  });

  test("as a dry run says what it would do, and does nothing", async () => {
    const report = await rollOutMigrations({ ...parts(), dryRun: true });
    assert.deepEqual(
      report,
      tenants.map((tenantId) => ({ tenantId, migrations })),
    );
    for (const tenant of tenants) assert.equal(await hasOrders(tenant), false);
  });

  test("that fails for one tenant leaves it as it was, says why, and is done for the others", async () => {
    const [broken = "", ...others] = tenants;
    // What the step makes last is there already.
    await inTenant(broken, "create table positions (mine int)");
    const [failed, ...done] = await rollOutMigrations(parts());
    assert.equal(failed?.tenantId, broken);
    assert.match(failed?.failure ?? "", /"positions" already exists/);
    assert.equal(await hasOrders(broken), false);
    assert.deepEqual(
      done,
      others.map((tenantId) => ({ tenantId, migrations })),
    );
    await inTenant(broken, "drop table positions");
    assert.deepEqual((await rollOutMigrations(parts()))[0], { tenantId: broken, migrations });
  });

  test("does not touch a schema that no tenant's history knows", async () => {
    const stranger = database.uniqueTenant();
    await provisionTenantSchema(database.postgres, stranger, "basic");
    const report = await rollOutMigrations(parts());
    assert.deepEqual(report.find(({ tenantId }) => tenantId === stranger)?.migrations, []);
    assert.equal(await hasOrders(stranger), false);
  });
});
