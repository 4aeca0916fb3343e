import type { TenantMigration } from "./tenant-migration.ts";

export const tickChanges: TenantMigration = {
  name: "0013-tick-changes",
  templates: ["basic", "trading", "trading_plus_analytics"],
  sql: `
    -- Which hours (UTC) of a feed's ticks were written to in which epoch. A backup ends an epoch, under the lock of the
    -- checkpoint of ticks: what the next one ships is what was written since.
    create table tick_changes (
      epoch bigint not null,
      feed integer not null,
      hour timestamptz not null,
      primary key (epoch, feed, hour)
    );
    create sequence tick_changes_epoch;
    select nextval('tick_changes_epoch');
  `,
};
