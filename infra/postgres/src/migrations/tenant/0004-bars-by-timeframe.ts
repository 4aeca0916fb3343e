import { Timeframe, timeframes } from "@tradesage/contracts";
import type { TenantMigration } from "./tenant-migration.ts";

/** About as many bars of a feed in a chunk, whatever their length; each a whole number of the timeframe's bars. */
const chunks = {
  "1s": "1 day",
  "1m": "30 days",
  "5m": "120 days",
  "15m": "360 days",
  "1h": "1440 days",
  "4h": "3600 days",
  "1d": "3600 days",
} as const satisfies Record<Timeframe, string>;

export const barTable = (timeframe: Timeframe) => `
  create table bars_${timeframe} (
    time timestamptz not null,
    feed integer not null,
    ticks integer not null,
    bid_open double precision not null,
    bid_high double precision not null,
    bid_low double precision not null,
    bid_close double precision not null,
    ask_open double precision not null,
    ask_high double precision not null,
    ask_low double precision not null,
    ask_close double precision not null
  );
  select create_hypertable('bars_${timeframe}', 'time',
    chunk_time_interval => interval '${chunks[timeframe]}', create_default_indexes => false);
  create unique index bars_${timeframe}_identity on bars_${timeframe} (feed, time);
`;

const moved = (timeframe: Timeframe) => `
  insert into bars_${timeframe}
    select time, feed, ticks, bid_open, bid_high, bid_low, bid_close, ask_open, ask_high, ask_low, ask_close
    from bars where seconds = ${timeframes[timeframe] / 1000};
`;

/** A table for each length of bars: whole chunks are dropped when they are old, and each length may be kept as long as it should. */
export const barsByTimeframe: TenantMigration = {
  name: "0004-bars-by-timeframe",
  templates: ["basic", "trading", "trading_plus_analytics"],
  sql: `${Timeframe.options.map((timeframe) => barTable(timeframe) + moved(timeframe)).join("")} drop table bars;`,
};
