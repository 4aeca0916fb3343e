import { encodeTickBatch, NO_SYMBOL_INDEX, type RetentionKind, readTicks, streams } from "@tradesage/contracts";
import { connectEventStore, type EventStore, eventIdFor } from "@tradesage/event-store";
import { provisionTenantSchema } from "@tradesage/postgres";
import { createTestDatabase, type TestDatabase } from "@tradesage/postgres/test-support";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRetention } from "../src/queries/retention.ts";
import { dropOld } from "../src/retention/drop-old.ts";
import { keepRetention } from "../src/retention/keeper.ts";
import { writeTicks } from "../src/ticks/write-ticks.ts";

const DAY = 86_400_000;
const monday = Date.UTC(2026, 0, 5);

let database: TestDatabase;
let eventStore: EventStore;
let tenant: string;
let sequence = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  eventStore = connectEventStore({ connectionString: process.env["EVENTSTORE_URL"] ?? "" });
  tenant = database.uniqueTenant();
  await provisionTenantSchema(database.postgres, tenant, "trading");
});
afterAll(async () => {
  await eventStore.close();
  await database[Symbol.asyncDispose]();
});

/** A tick at noon of each of these days, counted from that Monday. */
function write(...days: number[]) {
  const ticks = days.map((day) => ({
    ...{ timeMsc: monday + (day + 0.5) * DAY, bid: 1.1, ask: 1.2 },
    ...{ last: 0, volume: 0, flags: 6, ordinal: 0, quality: 0 },
  }));
  const batch = readTicks(
    encodeTickBatch({
      ...{ kind: "live", symbolIndex: NO_SYMBOL_INDEX, epoch: 1n, sequence: 1n, lost: 0, utcOffsetSeconds: 0, ticks },
    }),
  );
  return writeTicks(database.postgres, tenant, [
    { symbol: "EURUSD", batch, sequence: ++sequence, repeats: 0, missing: 0 },
  ]);
}

const days = (table: RetentionKind) =>
  database.postgres.tenant(tenant, async (db) => {
    const rows = await db.selectFrom(table).select("time").orderBy("time").execute();
    return rows.map(({ time }) => Math.floor((Date.parse(time) - monday) / DAY));
  });

test("everything is kept until somebody says how long", async () => {
  await write(0, 1, 2, 3, 4);
  expect(await dropOld(database.postgres, tenant, new Map(), new Date(monday + 500 * DAY))).toEqual([]);
  expect(await days("ticks")).toEqual([0, 1, 2, 3, 4]);
});

test("only what is older goes, of the kind that it was said of, and it is written down", async () => {
  // At noon of the fifth day, two days back is noon of the third: that day has ticks that are not old enough.
  const now = new Date(monday + 4.5 * DAY);
  expect(await dropOld(database.postgres, tenant, new Map([["ticks", 2]]), now)).toEqual([
    { kind: "ticks", chunks: 2, before: new Date(monday + 2 * DAY) },
  ]);
  expect(await days("ticks")).toEqual([2, 3, 4]);
  expect(await days("bars_1s")).toEqual([0, 1, 2, 3, 4]);
  expect(await days("bars_1d")).toEqual([0, 1, 2, 3, 4]);
  expect(await dropOld(database.postgres, tenant, new Map([["ticks", 2]]), now)).toEqual([]);
});

test("what accounts were worth goes by months, and by its own number of days", async () => {
  const { postgres } = database;
  const worth = { balance: "1.00", credit: "0.00", equity: "1.00", margin: "0.00", floating: "0.00", paid: "1.00" };
  const sample = (day: number) => ({ account_id: "main", time: new Date(monday + day * DAY).toISOString(), ...worth });
  const rows = [0, 80].map((day) => ({ ...sample(day), epoch: "1" }));
  await postgres.tenant(tenant, (db) => db.insertInto("equity_curve").values(rows).execute());
  const now = new Date(monday + 90 * DAY);
  expect(await dropOld(postgres, tenant, new Map([["equity_curve", 30]]), now)).toMatchObject([
    { kind: "equity_curve", chunks: 1 },
  ]);
  expect(await days("equity_curve")).toEqual([80]);
  const basic = database.uniqueTenant();
  await provisionTenantSchema(postgres, basic, "basic");
  expect(await dropOld(postgres, basic, new Map([["equity_curve", 30]]), now)).toEqual([]);
});

test("a tick that comes later than ticks are kept changes no bar, since the others of that bar are gone", async () => {
  const bars = () => database.postgres.tenant(tenant, (db) => db.selectFrom("bars_1d").selectAll().execute());
  const before = await bars();
  expect((await write(1.01, 0.2)).inserted).toBe(2);
  expect(await bars()).toEqual(before);
});

test("the tenant's history says how long, and each round keeps to it", async () => {
  const told = (kind: RetentionKind, days: number | null, index: number) => ({
    ...{ id: eventIdFor(tenant, index), type: "RetentionSet", data: { tenantId: tenant, kind, days } },
    metadata: { tenant },
  });
  const events = [told("bars_1s", 1, 0), told("bars_1m", 1, 1), told("bars_1m", null, 2)];
  await eventStore.append(streams.tenant(tenant), events, "no_stream");
  await database.postgres.platform((db) =>
    db
      .insertInto("tenants")
      .values({
        ...{ tenant_id: tenant, name: tenant, template: "trading", status: "active", position: "0" },
        ...{ created_at: new Date(monday).toISOString(), failure: null, suspension: null, requested_template: null },
      })
      .execute(),
  );
  const stopped = new AbortController();
  const metrics = new Registry();
  const { postgres } = database;
  const logger = pino({ enabled: false });
  const keeping = keepRetention({ eventStore, postgres, logger, metrics, signal: stopped.signal, everyMs: 10 });
  await expect.poll(() => days("bars_1s")).toEqual([]);
  stopped.abort();
  await keeping;
  expect(await days("bars_1m")).toEqual([0, 1, 2, 3, 4]);
  expect(await metrics.metrics()).toContain('tradesage_retention_dropped_chunks_total{kind="bars_1s"}');

  const view = await readRetention(eventStore, postgres, tenant);
  expect(view.items.find(({ kind }) => kind === "bars_1s")).toMatchObject({ days: 1 });
  expect(view.items.find(({ kind }) => kind === "bars_1m")).toEqual({
    ...{ kind: "bars_1m", days: null, droppedBeforeMsc: null },
  });
});

test("the Apache edition of TimescaleDB says that it does not compress", async () => {
  expect((await readRetention(eventStore, database.postgres, tenant)).compression).toBe("not available");
});

test("of a tenant that does not exist there is nothing to tell", async () => {
  await expect(readRetention(eventStore, database.postgres, "nobody")).rejects.toMatchObject({
    code: "TENANT_NOT_FOUND",
  });
});
