import type { TenantMigration } from "./tenant-migration.ts";

/** In netting a position's id is its symbol. */
export const positionIds: TenantMigration = {
  name: "0019-position-ids",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    alter table positions add column position_id text;
    update positions set position_id = symbol;
    alter table positions
      alter column position_id set not null,
      drop constraint positions_pkey,
      add primary key (account_id, position_id);
  `,
};
