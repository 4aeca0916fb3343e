import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import {
  type Bar,
  encodeTickBatch,
  type LinkLoss,
  linkLossHeaders,
  MAX_TICKS_PER_BATCH,
  marketDataQueries,
  NO_SYMBOL_INDEX,
  subjects,
  type Tick,
  type TickBatchKind,
  TickQuality,
} from "@tradesage/contracts";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { provisionTenantSchema } from "@tradesage/postgres";
import { createTestDatabase, type TestDatabase } from "@tradesage/postgres/test-support";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBars } from "../src/queries/bars.ts";
import { readQuality } from "../src/queries/quality.ts";
import { readTickPage } from "../src/queries/ticks.ts";
import { tick as goodTick } from "../src/ticks/batch.fixture.ts";
import { runTickProjection } from "../src/ticks/tick-projection.ts";

const { NATS_URL = "" } = process.env;
const data = `${import.meta.dirname}/../../../../shared/data`;
const files = { ticks: `${data}/EURUSD-2014-05-08.ticks.mt5.tsv.gz`, bars: `${data}/EURUSD-2014-05-08.bars-1m.csv.gz` };
const SYMBOL = "EURUSD";

let database: TestDatabase;
let bus: Bus;
let stopped: AbortController;
let running: Promise<void>;

const start = () => {
  stopped = new AbortController();
  const logger = pino({ enabled: false });
  const { postgres } = database;
  running = runTickProjection({
    bus,
    postgres,
    logger,
    metrics: new Registry(),
    signal: stopped.signal,
    onWritten() {},
  });
};
const stop = async () => {
  stopped.abort();
  await running;
};

beforeAll(async () => {
  database = await createTestDatabase();
  bus = await connectBus({ url: NATS_URL, name: "market-data-test" });
  await ensureStreams(bus);
  start();
});
afterAll(async () => {
  await stop();
  await bus.close();
  await database[Symbol.asyncDispose]();
});

async function newTenant(): Promise<string> {
  const tenant = database.uniqueTenant();
  await provisionTenantSchema(database.postgres, tenant, "trading");
  return tenant;
}

const begin = 1_399_525_200_000;
const tick = (ms: number, bid: number, over: Partial<Tick> = {}): Tick =>
  goodTick({ timeMsc: begin + ms, bid, ask: bid + 0.00002, ...over });

async function publish(
  tenant: string,
  ticks: readonly Tick[],
  kind: TickBatchKind = "live",
  { lost = 0, ...loss }: Partial<LinkLoss> & { lost?: number } = {},
): Promise<void> {
  const payload = encodeTickBatch({
    ...{ kind, symbolIndex: NO_SYMBOL_INDEX, epoch: 1n, sequence: 1n, lost: 0, utcOffsetSeconds: 0, ticks },
    lost,
  });
  const headers = linkLossHeaders({ repeats: 0, missing: 0, ...loss });
  await bus.publishDurable(subjects.ticks(tenant, SYMBOL), payload, { id: randomUUID(), ...(headers && { headers }) });
}

async function stored(tenant: string): Promise<readonly Tick[]> {
  const all: Tick[] = [];
  let cursor: string | undefined;
  do {
    const asked = marketDataQueries.ticks.schema.parse({ symbol: SYMBOL, limit: 4000, from: begin - 1, cursor });
    const page = await database.postgres.tenant(tenant, (db) => readTickPage(db, asked));
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}

const count = (tenant: string) =>
  database.postgres.tenant(tenant, async (db) => {
    const { rows } = await db
      .selectFrom("ticks")
      .select(({ fn }) => fn.countAll<string>().as("rows"))
      .executeTakeFirstOrThrow();
    return Number(rows);
  });
const untilCount = (tenant: string, expected: number) =>
  expect.poll(() => count(tenant), { interval: 20 }).toBe(expected);

const bars = (tenant: string, timeframe: "1s" | "1m" | "1d") =>
  database.postgres.tenant(tenant, async (db): Promise<Bar[]> => {
    const asked = marketDataQueries.bars.schema.parse({ symbol: SYMBOL, timeframe, limit: 4000 });
    return (await readBars(db, asked)).items;
  });

describe("ticks out of the stream", () => {
  test("are stored once, also when they come again under other numbers", async () => {
    const tenant = await newTenant();
    const ticks = [tick(0, 1.1), tick(0, 1.2, { ordinal: 1 }), tick(700, 1.3), tick(2_000, 1.4)];
    await publish(tenant, ticks);
    await untilCount(tenant, 4);
    await publish(tenant, ticks.slice(0, 3));
    await publish(tenant, [...ticks.slice(1), tick(3_000, 1.5)]);
    await untilCount(tenant, 5);
    expect(await stored(tenant)).toEqual([...ticks, tick(3_000, 1.5)]);
    expect(await bars(tenant, "1d")).toMatchObject([{ ticks: 5, bidOpen: 1.1, bidHigh: 1.5, bidClose: 1.5 }]);
  });

  test("are counted by day, each message once, with what was lost and repeated on their way", async () => {
    const tenant = await newTenant();
    const day = 86_400_000;
    await publish(tenant, [tick(0, 1.1), tick(1, 1.2, { quality: TickQuality.crossed })], "live", { lost: 3 });
    await publish(tenant, [tick(day, 1.3)], "live", { repeats: 5, missing: 2 });
    await untilCount(tenant, 3);
    // Written again from its beginning: what was counted is not counted twice.
    await stop();
    start();
    await publish(tenant, [tick(day + 1, 1.3, { quality: TickQuality.crossed | TickQuality.stale })]);
    await untilCount(tenant, 4);
    const asked = (change = {}) => marketDataQueries.tickQuality.schema.parse({ symbol: SYMBOL, ...change });
    const read = (change = {}) => database.postgres.tenant(tenant, (db) => readQuality(db, asked(change)));
    const first = { day: "2014-05-08", ticks: 2, lostInTerminal: 3, repeats: 0, missingBatches: 0 };
    const second = { day: "2014-05-09", ticks: 2, lostInTerminal: 0, repeats: 5, missingBatches: 2 };
    expect((await read()).items).toMatchObject([
      { ...first, doubts: { crossed: 1, stale: 0 } },
      { ...second, doubts: { crossed: 1, stale: 1, zero_price: 0 } },
    ]);
    const page = await read({ limit: 1 });
    expect((await read({ cursor: page.next })).items).toMatchObject([second]);
    expect((await read({ to: "2014-05-09" })).items).toMatchObject([first]);
    expect((await read({ from: "2014-05-09" })).items).toMatchObject([second]);
  });

  test("that come late correct the bars that were closed without them", async () => {
    const tenant = await newTenant();
    await publish(tenant, [tick(100, 1.2), tick(61_000, 1.5)]);
    await untilCount(tenant, 2);
    await publish(tenant, [tick(0, 1.1), tick(200, 1.4), tick(900, 1.3)], "backfill");
    await untilCount(tenant, 5);
    expect(await bars(tenant, "1s")).toMatchObject([
      { timeMsc: begin, ticks: 4, bidOpen: 1.1, bidHigh: 1.4, bidLow: 1.1, bidClose: 1.3 },
      { timeMsc: begin + 61_000, ticks: 1 },
    ]);
    expect(await bars(tenant, "1m")).toMatchObject([{ ticks: 4, bidOpen: 1.1, bidClose: 1.3 }, { ticks: 1 }]);
  });

  test("of one tenant are nobody else's, and those of a tenant that does not exist hold nobody up", async () => {
    const [acme, globex] = await Promise.all([newTenant(), newTenant()]);
    await publish(database.uniqueTenant(), [tick(0, 9)]);
    await publish(acme, [tick(0, 1.1)]);
    await publish(globex, [tick(0, 2.2), tick(1, 2.3)]);
    await Promise.all([untilCount(acme, 1), untilCount(globex, 2)]);
    expect((await stored(acme)).map(({ bid }) => bid)).toEqual([1.1]);
  });

  test("are stored once while Postgres is torn away and the projection begins anew", async () => {
    const tenant = await newTenant();
    const total = 6_000;
    const publishing = (async () => {
      for (let from = 0; from < total; from += 50) {
        await publish(
          tenant,
          Array.from({ length: 50 }, (_, index) => tick((from + index) * 10, 1 + (from + index) / 1e5)),
        );
      }
    })();
    for (let round = 1; round <= 8; round++) {
      const before = await count(tenant);
      await database.terminateBackends();
      if (round % 3 === 0) {
        await stop();
        start();
      }
      await expect
        .poll(() => count(tenant).catch(() => 0), { interval: 10 })
        .toBeGreaterThanOrEqual(Math.min(total, before + 100));
    }
    await publishing;
    await untilCount(tenant, total);
    expect((await bars(tenant, "1d"))[0]).toMatchObject({ ticks: total, bidOpen: 1, bidClose: 1 + (total - 1) / 1e5 });
    expect((await bars(tenant, "1s")).map(({ ticks }) => ticks)).toEqual(Array(60).fill(100));
  });
});

describe.skipIf(!existsSync(files.ticks))("real ticks", () => {
  test("are stored as they came, and give the bars that they must give", async () => {
    const tenant = await newTenant();
    const ticks = ticksIn(gunzipSync(await readFile(files.ticks)).toString());
    for (let from = 0; from < ticks.length; from += MAX_TICKS_PER_BATCH)
      await publish(tenant, ticks.slice(from, from + MAX_TICKS_PER_BATCH));
    await untilCount(tenant, ticks.length);
    expect(ticks.length).toBe(167_466);
    expect(await stored(tenant)).toEqual(ticks);
    const expected = gunzipSync(await readFile(files.bars))
      .toString()
      .trimEnd()
      .split("\n")
      .slice(1);
    const told = (await bars(tenant, "1m")).map(({ timeMsc, ticks: _, ...prices }) =>
      [timeMsc, ...Object.values(prices).map((price) => price.toFixed(5))].join(","),
    );
    expect(told).toEqual(expected);
  });
});

/** MT5's export, read as plainly as can be: a blank price is that of the tick before. */
function ticksIn(text: string): Tick[] {
  let [bid, ask, time, ordinal] = [0, 0, -1, 0];
  return text
    .trimEnd()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => {
      const [date = "", clock = "", bidText, askText, , , flags] = line.split("\t");
      bid = bidText ? Number(bidText) : bid;
      ask = askText ? Number(askText) : ask;
      const timeMsc = Date.parse(`${date.replaceAll(".", "-")}T${clock}Z`);
      ordinal = timeMsc === time ? ordinal + 1 : 0;
      time = timeMsc;
      return { timeMsc, bid, ask, last: 0, volume: 0, flags: Number(flags), ordinal, quality: 0 };
    });
}
