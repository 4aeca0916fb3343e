import type { TenantMigration } from "./tenant-migration.ts";

export const linkedOrders: TenantMigration = {
  name: "0011-linked-orders",
  templates: ["trading", "trading_plus_analytics"],
  sql: "alter table orders add column oco text[]",
};
