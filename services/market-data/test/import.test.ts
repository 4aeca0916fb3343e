import { marketDataQueries, type TickView } from "@tradesage/contracts";
import { provisionTenantSchema, TenantNotProvisioned } from "@tradesage/postgres";
import { createTestDatabase, type TestDatabase } from "@tradesage/postgres/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FileTick, importTicks } from "../src/import/import-ticks.ts";
import { readBars } from "../src/queries/bars.ts";
import { readTickPage } from "../src/queries/ticks.ts";

const SYMBOL = "EURUSD";
const begin = Date.UTC(2026, 0, 5);
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

async function newTenant(): Promise<string> {
  const tenant = database.uniqueTenant();
  await provisionTenantSchema(database.postgres, tenant, "trading");
  return tenant;
}
/** One tick each 250 ms. */
const ticks = (from: number, count: number): FileTick[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ timeMsc: begin + (from + index) * 250, ordinal: 0, bid: 1 + (from + index) / 1e5, ask: 2 },
    ...{ last: 0, volume: 0, flags: 6 },
  }));
const write = (tenant: string, some: readonly FileTick[]) => importTicks(database.postgres, tenant, SYMBOL, some);
const asked = { symbol: SYMBOL, limit: 4000 };
const stored = (tenant: string): Promise<TickView[]> =>
  database.postgres.tenant(
    tenant,
    async (db) => (await readTickPage(db, marketDataQueries.ticks.schema.parse(asked))).items,
  );
const bars = (tenant: string) =>
  database.postgres.tenant(
    tenant,
    async (db) => (await readBars(db, marketDataQueries.bars.schema.parse(asked))).items,
  );

test("history is written once, in any order of its parts, and gives the bars that it gives in order", async () => {
  const [inOrder, shuffled] = [await newTenant(), await newTenant()];
  expect(await write(inOrder, ticks(0, 2_500))).toEqual({ inserted: 2_500, repeated: 0 });
  await Promise.all([write(shuffled, ticks(1_500, 1_000)), write(shuffled, ticks(0, 900))]);
  expect(await write(shuffled, ticks(600, 1_200))).toEqual({ inserted: 600, repeated: 600 });
  expect(await write(shuffled, ticks(0, 2_500))).toEqual({ inserted: 0, repeated: 2_500 });
  expect(await stored(shuffled)).toEqual(await stored(inOrder));
  expect(await bars(shuffled)).toEqual(await bars(inOrder));
  expect(await bars(inOrder)).toHaveLength(11);
});

test("hours of history may be imported again at once: every bar of them is made again in time", async () => {
  const tenant = await newTenant();
  await write(tenant, ticks(0, 50_000));
  const before = await bars(tenant);
  expect(await write(tenant, ticks(0, 50_000))).toEqual({ inserted: 0, repeated: 50_000 });
  expect(await bars(tenant)).toEqual(before);
});

test("identical ticks of one millisecond are told apart by their place in it", async () => {
  const tenant = await newTenant();
  const [tick] = ticks(0, 1) as [FileTick];
  expect(await write(tenant, [tick, { ...tick, ordinal: 1 }])).toEqual({ inserted: 2, repeated: 0 });
  expect(await write(tenant, [tick, { ...tick, ordinal: 1 }])).toEqual({ inserted: 0, repeated: 2 });
});

test("a crossed tick and one without a price are marked, and the latter is in no bar", async () => {
  const tenant = await newTenant();
  const [a, b, c] = ticks(0, 3) as [FileTick, FileTick, FileTick];
  await write(tenant, [a, { ...b, bid: 3 }, { ...c, ask: 0 }]);
  expect((await stored(tenant)).map(({ quality }) => quality)).toEqual([0, 1, 32]);
  expect(await bars(tenant)).toMatchObject([{ ticks: 2, bidHigh: 3, askLow: 2 }]);
});

test("history of a tenant that does not exist is refused, and another tenant sees nothing of one's own", async () => {
  const [own, other] = [await newTenant(), await newTenant()];
  await expect(write("nobody_here", ticks(0, 1))).rejects.toBeInstanceOf(TenantNotProvisioned);
  await write(own, ticks(0, 5));
  await write(other, ticks(0, 1));
  expect(await stored(other)).toHaveLength(1);
});
