import type { TenantMigration } from "./tenant-migration.ts";

export const tradingState: TenantMigration = {
  name: "0010-trading-state",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    alter table accounts
      add column trading_state text not null default 'active',
      add column restricted_because text;
  `,
};
