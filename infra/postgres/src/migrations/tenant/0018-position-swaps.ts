import type { TenantMigration } from "./tenant-migration.ts";

export const positionSwaps: TenantMigration = {
  name: "0018-position-swaps",
  templates: ["trading", "trading_plus_analytics"],
  sql: "alter table positions add column swap numeric not null default 0.00",
};
