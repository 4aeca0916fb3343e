import { Timeframe } from "@tradesage/contracts";
import { barTable } from "../0004-bars-by-timeframe.ts";
import { retention } from "../0005-retention.ts";
import { tickQuality } from "../0009-tick-quality.ts";
import { tickChanges } from "../0013-tick-changes.ts";

/** What every tenant has, as of 0021. The steps say why each thing is as it is. */
export const basicAtOnce = `
  alter default privileges revoke execute on functions from public;

  create table checkpoints (
    name text primary key,
    position bigint not null default 0
  );
  insert into checkpoints (name) values ('instruments'), ('ticks');

  create table instruments (
    symbol text primary key,
    position bigint not null,
    specification jsonb not null
  );

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
  ${Timeframe.options.map(barTable).join("")}
  ${[retention, tickQuality, tickChanges].map(({ sql }) => sql).join("")}
`;
