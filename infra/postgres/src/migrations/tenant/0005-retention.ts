import type { TenantMigration } from "./tenant-migration.ts";

export const retention: TenantMigration = {
  name: "0005-retention",
  templates: ["basic", "trading", "trading_plus_analytics"],
  sql: `
    -- What was dropped because it was old: bars are never made again from ticks that are not all there any more.
    create table retention (
      kind text primary key,
      dropped_before timestamptz not null
    );
  `,
};
