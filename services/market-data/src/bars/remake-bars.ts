import { type Bar, Timeframe, timeframes } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import { barColumns } from "./bar-rows.ts";
import { asBar, barTable, type WrittenBar } from "./bar-table.ts";
import { NO_PRICE } from "./no-price.ts";

/** Makes the bars of these seconds, of every timeframe, again from the table of ticks. Returns them. */
export async function remakeBars(
  db: Transaction<TenantTables>,
  lateSeconds: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<WrittenBar[]> {
  const remade: WrittenBar[] = [];
  const whole = await ticksWholeFrom(db);
  for (const [feed, starts] of lateSeconds) {
    const seconds = [...starts].sort((one, other) => one - other);
    for (const timeframe of Timeframe.options) {
      const runs = runsOf(seconds, timeframes[timeframe], whole);
      if (runs.length === 0) continue;
      const { rows } = await sql<Bar>`${remake(feed, timeframe, runs)}`.execute(db);
      for (const bar of rows) remade.push({ ...bar, feed, timeframe });
    }
  }
  return remade;
}

/** From when on all ticks are there: before it some were dropped, and a bar made from the rest would be wrong. */
async function ticksWholeFrom(db: Transaction<TenantTables>): Promise<number> {
  const dropped = await db
    .selectFrom("retention")
    .select("dropped_before")
    .where("kind", "=", "ticks")
    .executeTakeFirst();
  return dropped === undefined ? Number.NEGATIVE_INFINITY : Date.parse(dropped.dropped_before);
}

/** All but the identity are set anew. */
const replaced = sql.raw(
  barColumns
    .slice(2)
    .map((column) => `${column} = excluded.${column}`)
    .join(", "),
);

/** A time that is read in one go: milliseconds since the epoch, `to` is out. */
interface Run {
  readonly from: number;
  to: number;
}

/** Bars between two touched ones that are so near are made again too, rather than to ask for each bar by itself. */
const NEAR_MS = 3_600_000;

/** The times of the bars of a length that these seconds, in order, fall into; those that are near each other as one. */
function runsOf(seconds: readonly number[], length: number, whole: number): Run[] {
  const runs: Run[] = [];
  for (const second of seconds) {
    const from = second - (second % length);
    if (from < whole) continue;
    const last = runs.at(-1);
    if (last !== undefined && from <= last.to + NEAR_MS) last.to = Math.max(last.to, from + length);
    else runs.push({ from, to: from + length });
  }
  return runs;
}

/** First and last are by (time, ordinal): the place of a tick, whenever it came. All aggregates share one order. */
const remake = (feed: number, timeframe: Timeframe, runs: readonly Run[]) => sql`
  insert into ${sql.table(barTable(timeframe))} (${sql.raw(barColumns.join(", "))})
  select begin, ${feed}::int, count(*)::int,
    (array_agg(bid order by time, ordinal))[1], max(bid), min(bid),
    (array_agg(bid order by time, ordinal))[count(*)],
    (array_agg(ask order by time, ordinal))[1], max(ask), min(ask),
    (array_agg(ask order by time, ordinal))[count(*)]
  from unnest(${runs.map(({ from }) => from)}::bigint[], ${runs.map(({ to }) => to)}::bigint[]) as run (start, finish)
  cross join lateral (
    select time_bucket(make_interval(secs => ${timeframes[timeframe] / 1000}), time) as begin, time, ordinal, bid, ask
    from ticks
    where feed = ${feed} and quality & ${NO_PRICE} = 0
      and time >= to_timestamp(start / 1000.0) and time < to_timestamp(finish / 1000.0)
  ) as touched
  group by begin
  on conflict (feed, time) do update set ${replaced}
  returning ${sql.raw(asBar)}`;
