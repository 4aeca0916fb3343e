import type { TenantMigration } from "./tenant-migration.ts";

export const trailingStops: TenantMigration = {
  name: "0012-trailing-stops",
  templates: ["trading", "trading_plus_analytics"],
  // "trailing" is a reserved word (SQL:2016, TRIM).
  sql: `
    alter table orders add column trails jsonb;
    alter table positions add column stop_trails jsonb;
  `,
};
