import { Timeframe } from "@tradesage/contracts";
import { feedsAndTicks } from "../0003-market-data.ts";
import { barTable } from "../0004-bars-by-timeframe.ts";
import { retention } from "../0005-retention.ts";
import { tickQuality } from "../0009-tick-quality.ts";
import { tickChanges } from "../0013-tick-changes.ts";

/** What every tenant has. The steps say why each thing is as it is. */
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

  ${feedsAndTicks}
  ${Timeframe.options.map(barTable).join("")}
  ${[retention, tickQuality, tickChanges].map(({ sql }) => sql).join("")}
`;
