import { type Bar, Timeframe, timeframes } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { type RawBuilder, sql, type Transaction } from "kysely";
import { type BarFold, rollUp } from "./fold-bars.ts";
import { NO_PRICE } from "./no-price.ts";

/** A bar as it stands after a write. */
export interface WrittenBar extends Bar {
  readonly feed: number;
  readonly timeframe: Timeframe;
}

interface BarRow {
  feed: number;
  seconds: number;
  time_msc: number;
  ticks: number;
  bid_open: number;
  bid_high: number;
  bid_low: number;
  bid_close: number;
  ask_open: number;
  ask_high: number;
  ask_low: number;
  ask_close: number;
}

const timeframeOf = new Map(Timeframe.options.map((timeframe) => [timeframes[timeframe] / 1000, timeframe]));
const returning = sql`feed, seconds, extract(epoch from time)::float8 * 1000 as time_msc, ticks,
  bid_open, bid_high, bid_low, bid_close, ask_open, ask_high, ask_low, ask_close`;

/**
 * Adds bars of ticks that came after all that the table has: where a bar is there, its open stays and its close moves
 * on. Returns each touched bar as it stands now.
 */
export async function addBars(
  db: Transaction<TenantTables>,
  seconds: ReadonlyMap<number, BarFold>,
): Promise<WrittenBar[]> {
  const bars: (Bar & { feed: number; seconds: number })[] = [];
  for (const [feed, fold] of seconds) {
    let shorter: readonly Bar[] = fold.bars;
    for (const timeframe of Timeframe.options) {
      shorter = rollUp(shorter, timeframe);
      for (const bar of shorter) bars.push({ ...bar, feed, seconds: timeframes[timeframe] / 1000 });
    }
  }
  if (bars.length === 0) return [];
  const column = (of: (bar: (typeof bars)[number]) => number) => bars.map(of);
  const { rows } = await sql<BarRow>`
    insert into bars as old (time, feed, seconds, ticks,
      bid_open, bid_high, bid_low, bid_close, ask_open, ask_high, ask_low, ask_close)
    select to_timestamp(time_msc / 1000.0), feed, seconds, ticks,
      bid_open, bid_high, bid_low, bid_close, ask_open, ask_high, ask_low, ask_close
    from unnest(
      ${column((bar) => bar.timeMsc)}::bigint[], ${column((bar) => bar.feed)}::int[],
      ${column((bar) => bar.seconds)}::int[], ${column((bar) => bar.ticks)}::int[],
      ${column((bar) => bar.bidOpen)}::float8[], ${column((bar) => bar.bidHigh)}::float8[],
      ${column((bar) => bar.bidLow)}::float8[], ${column((bar) => bar.bidClose)}::float8[],
      ${column((bar) => bar.askOpen)}::float8[], ${column((bar) => bar.askHigh)}::float8[],
      ${column((bar) => bar.askLow)}::float8[], ${column((bar) => bar.askClose)}::float8[]
    ) as new (time_msc, feed, seconds, ticks,
      bid_open, bid_high, bid_low, bid_close, ask_open, ask_high, ask_low, ask_close)
    on conflict (feed, seconds, time) do update set
      ticks = old.ticks + excluded.ticks,
      bid_high = greatest(old.bid_high, excluded.bid_high), bid_low = least(old.bid_low, excluded.bid_low),
      bid_close = excluded.bid_close,
      ask_high = greatest(old.ask_high, excluded.ask_high), ask_low = least(old.ask_low, excluded.ask_low),
      ask_close = excluded.ask_close
    returning ${returning}
  `.execute(db);
  return rows.map(written);
}

/** Makes the bars of these seconds, of every timeframe, again from the table of ticks. Returns them. */
export async function remakeBars(
  db: Transaction<TenantTables>,
  lateSeconds: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<WrittenBar[]> {
  const remade: WrittenBar[] = [];
  for (const [feed, starts] of lateSeconds) {
    for (const timeframe of Timeframe.options) {
      const length = timeframes[timeframe];
      const buckets = [...new Set([...starts].map((start) => start - (start % length)))];
      const { rows } = await sql<BarRow>`${remake(feed, length, buckets)}`.execute(db);
      remade.push(...rows.map(written));
    }
  }
  return remade;
}

/** First and last are by (time, ordinal): the place of a tick, whenever it came. */
const remake = (feed: number, length: number, buckets: readonly number[]): RawBuilder<unknown> => sql`
  insert into bars (time, feed, seconds, ticks,
    bid_open, bid_high, bid_low, bid_close, ask_open, ask_high, ask_low, ask_close)
  select begin, ${feed}::int, ${length / 1000}::int, count(*)::int,
    (array_agg(bid order by ticks.time, ordinal))[1], max(bid), min(bid),
    (array_agg(bid order by ticks.time desc, ordinal desc))[1],
    (array_agg(ask order by ticks.time, ordinal))[1], max(ask), min(ask),
    (array_agg(ask order by ticks.time desc, ordinal desc))[1]
  from (select to_timestamp(start / 1000.0) as begin from unnest(${buckets}::bigint[]) as start) as asked
  join ticks on feed = ${feed} and quality & ${NO_PRICE} = 0
    and ticks.time >= begin and ticks.time < begin + make_interval(secs => ${length / 1000})
  group by begin
  on conflict (feed, seconds, time) do update set ticks = excluded.ticks,
    bid_open = excluded.bid_open, bid_high = excluded.bid_high,
    bid_low = excluded.bid_low, bid_close = excluded.bid_close,
    ask_open = excluded.ask_open, ask_high = excluded.ask_high,
    ask_low = excluded.ask_low, ask_close = excluded.ask_close
  returning ${returning}
`;

function written(row: BarRow): WrittenBar {
  return {
    feed: row.feed,
    timeframe: timeframeOf.get(row.seconds) ?? "1s",
    timeMsc: row.time_msc,
    ticks: row.ticks,
    bidOpen: row.bid_open,
    bidHigh: row.bid_high,
    bidLow: row.bid_low,
    bidClose: row.bid_close,
    askOpen: row.ask_open,
    askHigh: row.ask_high,
    askLow: row.ask_low,
    askClose: row.ask_close,
  };
}
