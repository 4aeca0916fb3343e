import type { TenantMigration } from "./tenant-migration.ts";

export const positionStops: TenantMigration = {
  name: "0007-position-stops",
  templates: ["trading", "trading_plus_analytics"],
  sql: "alter table positions add column stop_loss numeric, add column take_profit numeric",
};
