import type { TenantMigration } from "./tenant-migration.ts";

export const paperTerms: TenantMigration = {
  name: "0015-paper-terms",
  templates: ["trading", "trading_plus_analytics"],
  sql: "alter table accounts add column paper_terms jsonb",
};
