import type { TenantMigration } from "./tenant-migration.ts";

export const tickQuality: TenantMigration = {
  name: "0009-tick-quality",
  templates: ["basic", "trading", "trading_plus_analytics"],
  sql: `
    -- A row for each feed and day of its ticks (UTC). \`doubts\` counts ticks by each bit of TickQuality, the lowest first.
    create table tick_quality (
      feed integer not null,
      day date not null,
      ticks bigint not null,
      doubts bigint[] not null,
      repeats bigint not null,
      lost_in_terminal bigint not null,
      missing_batches bigint not null,
      primary key (feed, day)
    );
  `,
};
