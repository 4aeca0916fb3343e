import type { TenantMigration } from "./tenant-migration.ts";

export const riskBreaches: TenantMigration = {
  name: "0021-risk-breaches",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    alter table account_risk
      add column breach text,
      add column is_margin_called boolean not null default false;
  `,
};
