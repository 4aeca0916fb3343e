import { marketDataQueries } from "@tradesage/contracts";
import { provisionTenantSchema } from "@tradesage/postgres";
import { createTestDatabase, type TestDatabase } from "@tradesage/postgres/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FileTick, importTicks } from "../src/import/import-ticks.ts";
import { readLatestBars } from "../src/queries/bars.ts";
import { readFeedEnd } from "../src/queries/feed.ts";
import { readGaps } from "../src/queries/gaps.ts";
import { readQuoteAt, readQuotesAt } from "../src/queries/quotes-at.ts";

const HOUR = 3_600_000;
const monday = Date.UTC(2026, 0, 5);
let database: TestDatabase;
let tenant: string;

const tick = (timeMsc: number, bid: number, over: Partial<FileTick> = {}): FileTick => ({
  ...{ timeMsc, ordinal: 0, bid, ask: bid + 0.1, last: 0, volume: 0, flags: 6 },
  ...over,
});
const at = (symbol: string, moment: number) =>
  database.postgres.tenant(tenant, (db) => readQuoteAt(db, symbol, moment), { readOnly: true });
const gaps = (over: object) => {
  const asked = { symbol: "EURUSD", from: monday, to: monday + 12 * 24 * HOUR, ...over };
  return database.postgres.tenant(tenant, (db) => readGaps(db, marketDataQueries.gaps.schema.parse(asked)), {
    readOnly: true,
  });
};

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = database.uniqueTenant();
  await provisionTenantSchema(database.postgres, tenant, "trading");
  await importTicks(database.postgres, tenant, "EURUSD", [
    // A Monday from 08:00 to 10:00, a tick a minute but for 20 minutes; and the next Monday, when the ninth hour begins late.
    ...Array.from({ length: 120 }, (_, minute) => tick(monday + 8 * HOUR + minute * 60_000, 1 + minute / 1000)).filter(
      ({ timeMsc }) => timeMsc <= monday + 8.5 * HOUR || timeMsc >= monday + 8.5 * HOUR + 20 * 60_000,
    ),
    ...Array.from({ length: 60 }, (_, minute) => tick(monday + 168 * HOUR + 9 * HOUR + minute * 60_000, 2)),
  ]);
  await database.postgres.tenant(tenant, (_, client) =>
    client.query("insert into instruments (symbol, specification, position) values ('GBPUSD', '{}', 0)"),
  );
  await importTicks(database.postgres, tenant, "GBPUSD", [
    tick(monday, 1.5),
    tick(monday, 1.6, { ordinal: 1 }),
    tick(monday + 1, 1.7, { ask: 1.2 }),
  ]);
});
afterAll(() => database[Symbol.asyncDispose]());

test("the quote of a moment is the last one until then, at the very millisecond included", async () => {
  expect(await at("EURUSD", monday + 8 * HOUR)).toEqual({
    ...{ symbol: "EURUSD", bid: 1, ask: 1.1, timeMsc: monday + 8 * HOUR },
  });
  expect((await at("EURUSD", monday + 8 * HOUR + 119_999)).bid).toBe(1.001);
  expect((await at("EURUSD", monday + 100 * HOUR)).bid).toBe(1.119);
});

test("the newest bar of every instrument is told, and of none that has none", async () => {
  const newest = (timeframe: "1m" | "1d") => database.postgres.tenant(tenant, (db) => readLatestBars(db, timeframe));
  expect((await newest("1d")).items).toMatchObject([
    { symbol: "EURUSD", timeMsc: monday + 168 * HOUR, ticks: 60, bidClose: 2 },
    { symbol: "GBPUSD", timeMsc: monday },
  ]);
  expect((await newest("1m")).items[0]).toMatchObject({ symbol: "EURUSD", timeMsc: monday + 177 * HOUR + 59 * 60_000 });
});

test("where a feed ends is its newest tick, and nothing before its first", async () => {
  const end = (symbol: string) => database.postgres.tenant(tenant, (db) => readFeedEnd(db, symbol));
  expect(await end("GBPUSD")).toEqual({ timeMsc: monday + 1, ordinal: 0 });
  expect(await end("USDJPY")).toBeNull();
});

test("of several ticks in a millisecond the last one stood, and a crossed one never does", async () => {
  expect((await at("GBPUSD", monday + 5_000)).bid).toBe(1.6);
});

test("before its first tick an instrument had no quote, and one that does not exist never has", async () => {
  await expect(at("GBPUSD", monday - 1)).rejects.toMatchObject({ code: "NO_QUOTE" });
  await expect(at("NOSUCH", monday)).rejects.toMatchObject({ code: "INSTRUMENT_NOT_FOUND" });
});

test("all quotes of a moment are those of the instruments that had one", async () => {
  const read = (moment: number) => database.postgres.tenant(tenant, (db) => readQuotesAt(db, moment));
  expect((await read(monday + HOUR)).items.map(({ symbol }) => symbol)).toEqual(["GBPUSD"]);
  expect((await read(monday + 9 * HOUR)).items.map(({ symbol }) => symbol)).toEqual(["EURUSD", "GBPUSD"]);
});

test("gaps are the times without ticks in hours that have ticks; the days between are none", async () => {
  expect((await gaps({})).items).toEqual([
    { fromMsc: monday + 8.5 * HOUR, toMsc: monday + 8.5 * HOUR + 20 * 60_000, tradingMs: 20 * 60_000 },
    // From 09:59 to 09:00 a week later: a minute of the ninth hour, and the whole eighth.
    { fromMsc: monday + 10 * HOUR - 60_000, toMsc: monday + 177 * HOUR, tradingMs: HOUR + 60_000 },
  ]);
  expect((await gaps({ longerThan: 30 * 60_000 })).items).toHaveLength(1);
  expect((await gaps({ longerThan: 2 * HOUR })).items).toEqual([]);
});

test("gaps come in pages, each behind the one before", async () => {
  const first = await gaps({ limit: 1 });
  expect(first).toMatchObject({ items: [{ fromMsc: monday + 8.5 * HOUR }], next: expect.any(String) });
  const second = await gaps({ limit: 1, cursor: first.next });
  expect(second).toMatchObject({ items: [{ toMsc: monday + 177 * HOUR }] });
  expect(second.next).toBeUndefined();
});

test.each([
  ["more than 31 days", { to: monday + 32 * 24 * HOUR }],
  ["days that run backwards", { to: monday - 1 }],
  ["a cursor that it never gave", { cursor: "x" }],
])("gaps of %s are refused", async (_, over) => {
  await expect(gaps(over)).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("gaps of an instrument that does not exist are refused", async () => {
  await expect(gaps({ symbol: "NOSUCH" })).rejects.toMatchObject({ code: "INSTRUMENT_NOT_FOUND" });
});
