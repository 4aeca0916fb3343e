import type { TenantMigration } from "./tenant-migration.ts";

export const feedsAndTicks = `
  -- Where each feed stands: its newest tick, and its newest good prices.
  create table feeds (
    feed integer generated always as identity primary key,
    symbol text not null unique,
    time_msc bigint not null default -1,
    ordinal integer not null default -1,
    quote_time_msc bigint,
    bid double precision,
    ask double precision
  );

  create table ticks (
    time timestamptz not null,
    bid double precision not null,
    ask double precision not null,
    last double precision not null,
    volume double precision not null,
    feed integer not null,
    ordinal integer not null,
    flags integer not null,
    utc_offset_seconds integer not null,
    quality smallint not null,
    backfill boolean not null
  );
  select create_hypertable('ticks', 'time', chunk_time_interval => interval '1 day', create_default_indexes => false);
  create unique index ticks_identity on ticks (feed, time, ordinal);
`;

export const marketData: TenantMigration = {
  name: "0003-market-data",
  templates: ["basic", "trading", "trading_plus_analytics"],
  sql: `
    -- Its position is a sequence of the stream TICKS, not of the event store.
    insert into checkpoints (name) values ('ticks');

    ${feedsAndTicks}

    create table bars (
      time timestamptz not null,
      feed integer not null,
      seconds integer not null,
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
    select create_hypertable('bars', 'time', chunk_time_interval => interval '30 days', create_default_indexes => false);
    create unique index bars_identity on bars (feed, seconds, time);
  `,
};
