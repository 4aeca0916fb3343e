import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { dumpTenant, dumpTicks, loadRowsWithoutHistory, provisionTenantSchema, sumsOf } from "../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../test-support/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.[Symbol.asyncDispose]());

async function newTenant(): Promise<string> {
  const tenant = database.uniqueTenant();
  await provisionTenantSchema(database.postgres, tenant, "trading");
  return tenant;
}
/** Ticks of a feed, one a minute from a minute on, with a bar of an hour and of a day, as market data notes them; and as
 * many samples of an equity. */
const write = (tenant: string, feed: number, from: number, count: number) =>
  database.postgres.tenant(tenant, async (_, client) => {
    const values = [feed, from, count];
    await client.query("select from checkpoints where name = 'ticks' for update");
    await client.query("insert into feeds (symbol) values ('S' || $1::int) on conflict do nothing", [feed]);
    const times =
      "generate_series($2::int, $2::int + $3::int - 1) n, lateral (select '2026-01-15'::timestamptz + n * interval '1 minute' as time) t";
    await client.query(
      `insert into ticks select time, n, n + 1, 0, 0, $1, 0, 6, 0, 0, false from ${times} on conflict do nothing`,
      values,
    );
    for (const [table, length] of [
      ["bars_1h", "1 hour"],
      ["bars_1d", "1 day"],
    ])
      await client.query(
        `insert into ${table} as old select time_bucket('${length}', time), $1, count(*), 1, 1, 1, 1, 1, 1, 1, 1 from ${times} group by 1
         on conflict (feed, time) do update set ticks = old.ticks + excluded.ticks`,
        values,
      );
    await client.query(
      `insert into equity_curve select 'a' || $1::int, time, n, 0, n, 0, 0, 0, last_value from ${times}, tick_changes_epoch
       on conflict do nothing`,
      values,
    );
    await client.query(
      `insert into tick_changes select distinct last_value, $1::int, time_bucket('1 hour', time) from ${times}, tick_changes_epoch
       on conflict do nothing`,
      values,
    );
  });
type Taken = { readonly script: Buffer; readonly upTo: bigint };
const whole = (pieces: AsyncIterable<Buffer>) => Array.fromAsync(pieces).then((all) => Buffer.concat(all));
const snapshotOf = (tenant: string): Promise<Taken> =>
  dumpTenant(database.postgres, tenant, async ({ script, ticksUpTo }) => ({
    script: await whole(script),
    upTo: ticksUpTo,
  }));
const ticksOf = (tenant: string, { upTo: after }: Taken): Promise<Taken> =>
  dumpTicks(database.postgres, tenant, after, async ({ script, upTo }) => ({ script: await whole(script), upTo }));
async function* pieces(of: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* of;
}
async function restored(snapshot: Taken, ticks: readonly Taken[], moment?: Date): Promise<string> {
  const copy = await newTenant();
  const scripts = (async function* () {
    for (const { script } of ticks) yield pieces([script.subarray(0, 1000), script.subarray(1000)]);
  })();
  await loadRowsWithoutHistory(database.postgres, copy, pieces([snapshot.script]), scripts, async () => moment);
  return copy;
}
const market = [
  "ticks",
  "bars_1s",
  "bars_1h",
  "bars_1d",
  "feeds",
  "tick_changes",
  "tick_quality",
  "retention",
  "equity_curve",
];
const sums = async (tenant: string) => {
  const all = await database.postgres.tenant(tenant, (_, client) => sumsOf(client));
  return Object.fromEntries(market.map((table) => [table, all[table]]));
};

describe("what was written to a tenant's ticks since", () => {
  test("brings a copy to where the tenant is, run after run, wherever in time it was written", async () => {
    const tenant = await newTenant();
    await write(tenant, 1, 0, 300);
    const snapshot = await snapshotOf(tenant);
    await write(tenant, 1, 300, 60);
    const first = await ticksOf(tenant, snapshot);
    await write(tenant, 1, 360, 2000);
    await write(tenant, 2, -10_000, 50);
    await database.postgres.tenant(tenant, (_, client) =>
      client.query("insert into tick_quality values (1, '2026-01-15', 9, '{}', 0, 0, 0)"),
    );
    const second = await ticksOf(tenant, first);
    const third = await ticksOf(tenant, second);
    assert.deepEqual(await sums(await restored(snapshot, [first, second, third])), await sums(tenant));
    assert.notDeepEqual(await sums(await restored(snapshot, [first])), await sums(tenant));
    assert.ok(first.script.length < snapshot.script.length / 2, "it has only the hours that were written to");
  });

  test("misses nothing of what is written while a snapshot is taken", async () => {
    const tenant = await newTenant();
    await write(tenant, 1, 0, 100);
    const writing = Array.from({ length: 20 }, (_, round) => () => write(tenant, 1, 100 + round * 10, 10));
    const [snapshot] = await Promise.all([
      snapshotOf(tenant),
      writing.reduce((before, next) => before.then(next), Promise.resolve()),
    ]);
    const more = await ticksOf(tenant, snapshot);
    assert.deepEqual(await sums(await restored(snapshot, [more])), await sums(tenant));
  });

  test("is refused where it was changed, and is no use without what came before it", async () => {
    const tenant = await newTenant();
    await write(tenant, 1, 0, 100);
    const snapshot = await snapshotOf(tenant);
    await write(tenant, 1, 100, 100);
    const more = await ticksOf(tenant, snapshot);
    const changed = Buffer.from(more.script.toString("latin1").replace("\t150\t151\t", "\t150\t152\t"), "latin1");
    await assert.rejects(restored(snapshot, [{ ...more, script: changed }]), /rows of ticks/);
    for (const end of [10, more.script.length / 2, more.script.length - 1])
      await assert.rejects(restored(snapshot, [{ ...more, script: more.script.subarray(0, end) }]));
  });

  test("leaves out what the tenant has dropped since because it was old", async () => {
    const tenant = await newTenant();
    await write(tenant, 1, -10_000, 10);
    await write(tenant, 1, 0, 100);
    const snapshot = await snapshotOf(tenant);
    await database.postgres.tenant(tenant, async (_, client) => {
      await client.query("select drop_chunks('ticks', older_than => '2026-01-15'::timestamptz)");
      await client.query("insert into retention values ('ticks', '2026-01-15')");
    });
    const more = await ticksOf(tenant, snapshot);
    assert.deepEqual(await sums(await restored(snapshot, [more])), await sums(tenant));
  });
});

test("of a copy nothing is later than the moment that it is of, and its bars are of the ticks that it has", async () => {
  const tenant = await newTenant();
  await write(tenant, 1, 0, 600);
  const copy = await restored(await snapshotOf(tenant), [], new Date("2026-01-15T03:29:30Z"));
  const { rows } = await database.postgres.tenant(copy, (_, client) =>
    client.query(`
      select (select max(time) from ticks) as newest, (select count(*)::int from ticks) as ticks,
        (select count(*)::int from bars_1h) as hours, h.ticks as hour, h.bid_open, h.bid_high, h.ask_close, d.ticks as day,
        f.time_msc::text, f.bid, (select count(*)::int from tick_changes) as changes
      from bars_1h h, bars_1d d, feeds f where h.time = '2026-01-15T03:00Z'`),
  );
  assert.deepEqual(rows, [
    {
      ...{ newest: "2026-01-15T03:29:00.000Z", ticks: 210, hours: 4, hour: 30, bid_open: 180, bid_high: 209 },
      ...{ ask_close: 210, day: 210, time_msc: String(Date.parse("2026-01-15T03:29:00Z")), bid: 209, changes: 4 },
    },
  ]);
});
