import type { TenantMigration } from "./tenant-migration.ts";

export const brokers: TenantMigration = {
  name: "0016-brokers",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    alter table accounts add column terminal jsonb;
    alter table orders add column reject_reason text, add column reject_detail text;
  `,
};
