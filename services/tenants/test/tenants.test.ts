import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type CommandReply, type JsonObject, streams, subjects } from "@tradesage/contracts";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { type EventStoreServer, startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { createTestDatabase, type TestDatabase } from "@tradesage/postgres/test-support";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

let database: TestDatabase;
let server: EventStoreServer;
let eventStore: EventStore;
let bus: Bus;
let service: ChildProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startEventStoreServer({ port: 0, inMemory: true });
  eventStore = connectEventStore({ connectionString: server.connectionString });
  bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "tenants-test" });
  await ensureStreams(bus);
  service = startService();
});
afterAll(async () => {
  await kill(service);
  await bus?.close();
  await eventStore?.close();
  await server?.close();
  await database?.[Symbol.asyncDispose]();
});

const startService = () =>
  spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
    stdio: "ignore",
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      EVENTSTORE_URL: server.connectionString,
      MANAGEMENT_PORT: "0",
    },
  });

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

const create = (tenant: string, more: JsonObject = {}, key = `create-${tenant}`) =>
  send("CreateTenant", tenant, more, key);

async function send(command: string, tenant: string, more: JsonObject, key: string): Promise<CommandReply> {
  const envelope = {
    command,
    data: { tenantId: tenant, ...more },
    tenant,
    actor: "operator",
    idempotencyKey: key,
    correlation: "test",
    at: new Date().toISOString(),
  };
  const subject = subjects.command("tenants", tenant, command, tenant);
  return (await served(() => bus.request(subject, envelope))) as CommandReply;
}

async function eventsOf(tenant: string): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const { type } of eventStore.readStream(streams.tenant(tenant))) types.push(type);
  return types;
}

/** Nobody serves while the service starts, and one that was just killed may have taken the request: it is asked again. */
async function served<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  const { answer } = await until("an answer", async () => {
    try {
      return { answer: await request() };
    } catch (error) {
      if (["BusUnavailable", "DeadlineExceeded"].includes((error as Error).name)) return undefined;
      throw error;
    }
  });
  return answer;
}

const active = (tenant: string) => async () => (await eventsOf(tenant)).includes("TenantActivated");

describe("the tenants service", () => {
  test("a tenant that is created becomes active with its schema", async () => {
    const tenant = database.uniqueTenant();
    const { events } = await create(tenant, { name: "Acme" });
    assert.deepEqual(events, [
      { type: "TenantRequested", data: { tenantId: tenant, name: "Acme", template: "trading" } },
    ]);
    await until("activation", active(tenant));
    await database.postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute());
  });

  test("the same request again is answered alike, another one for the same tenant is refused", async () => {
    const tenant = database.uniqueTenant();
    const first = await create(tenant);
    assert.deepEqual(await create(tenant), first);
    await assert.rejects(create(tenant, {}, "another"), { code: "TENANT_EXISTS" });
    await assert.rejects(create(tenant, { template: "basic" }), { code: "IDEMPOTENCY_KEY_REUSED" });
  });

  test("a command for one tenant cannot create another", async () => {
    const [tenant, other] = [database.uniqueTenant(), database.uniqueTenant()];
    await assert.rejects(create(tenant, { tenantId: other }), { code: "INVALID_INPUT" });
    assert.deepEqual(await eventsOf(other), []);
  });

  test("what cannot be provisioned says why, and is provisioned as soon as it can be", async () => {
    const tenant = database.uniqueTenant();
    await database.query(`create schema tenant_${tenant}`);
    await create(tenant);
    await until("the failure", async () => (await eventsOf(tenant)).includes("TenantProvisioningFailed"));
    await database.query(`drop schema tenant_${tenant}`);
    await until("activation", active(tenant));
    assert.deepEqual(await eventsOf(tenant), ["TenantRequested", "TenantProvisioningFailed", "TenantActivated"]);
  });

  test("a wider template is there once what it adds stands, and a narrower one is refused", async () => {
    const tenant = database.uniqueTenant();
    await create(tenant, { template: "basic" });
    await until("activation", active(tenant));
    const orders = () => database.postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute());
    await assert.rejects(orders(), { code: "42P01" });
    await send("ChangeTemplate", tenant, { template: "trading" }, "wider");
    await until("the wider template", async () => (await eventsOf(tenant)).includes("TemplateChanged"));
    assert.deepEqual(await orders(), []);
    await assert.rejects(send("ChangeTemplate", tenant, { template: "basic" }, "narrower"), {
      code: "TEMPLATE_TOO_NARROW",
    });
    assert.deepEqual((await eventsOf(tenant)).slice(-2), ["TemplateChangeRequested", "TemplateChanged"]);
  });

  test("its name changes, and it is suspended and resumed", async () => {
    const tenant = database.uniqueTenant();
    await create(tenant);
    await until("activation", active(tenant));
    await send("RenameTenant", tenant, { name: "Acme II" }, "rename");
    await send("SuspendTenant", tenant, { reason: "unpaid" }, "suspend");
    await send("ResumeTenant", tenant, {}, "resume");
    assert.deepEqual((await eventsOf(tenant)).slice(2), ["TenantRenamed", "TenantSuspended", "TenantResumed"]);
  });

  test("killed in the middle of it, again and again, it leaves no tenant unfinished and activates none twice", async () => {
    const tenants: string[] = [];
    for (let round = 0; round < 5; round++) {
      const created = Array.from({ length: 3 }, () => database.uniqueTenant());
      for (const tenant of created) await create(tenant);
      await kill(service);
      tenants.push(...created);
      service = startService();
    }
    for (const tenant of tenants) {
      await until("activation", active(tenant));
      assert.deepEqual(await eventsOf(tenant), ["TenantRequested", "TenantActivated"]);
      await database.postgres.tenant(tenant, (db) => db.selectFrom("orders").selectAll().execute());
    }
  });
});
