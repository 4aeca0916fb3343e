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
    for (const timeframe of Timeframe.options) {
      const length = timeframes[timeframe];
      const buckets = [...new Set(Array.from(starts, (start) => start - (start % length)))].filter(
        (start) => start >= whole,
      );
      const { rows } = await sql<Bar>`${remake(feed, timeframe, buckets)}`.execute(db);
      remade.push(...rows.map((bar) => ({ ...bar, feed, timeframe })));
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

/** First and last are by (time, ordinal): the place of a tick, whenever it came. All aggregates share one order. */
const remake = (feed: number, timeframe: Timeframe, buckets: readonly number[]) => sql`
  insert into ${sql.table(barTable(timeframe))} (${sql.raw(barColumns.join(", "))})
  select begin, ${feed}::int, count(*)::int,
    (array_agg(bid order by ticks.time, ordinal))[1], max(bid), min(bid),
    (array_agg(bid order by ticks.time, ordinal))[count(*)],
    (array_agg(ask order by ticks.time, ordinal))[1], max(ask), min(ask),
    (array_agg(ask order by ticks.time, ordinal))[count(*)]
  from (select to_timestamp(start / 1000.0) as begin from unnest(${buckets}::bigint[]) as start) as asked
  join ticks on feed = ${feed} and quality & ${NO_PRICE} = 0
    and ticks.time >= begin and ticks.time < begin + make_interval(secs => ${timeframes[timeframe] / 1000})
  group by begin
  on conflict (feed, time) do update set ${replaced}
  returning ${sql.raw(asBar)}`;
