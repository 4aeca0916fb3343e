import type { TenantMigration } from "./tenant-migration.ts";

/** `rules` is JSON as text: it is read whole, and equals a replay byte by byte. */
export const accountRisk: TenantMigration = {
  name: "0014-account-risk",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    insert into checkpoints (name) values ('account_risk');

    create table account_risk (
      account_id text primary key,
      version integer not null,
      rules text,
      position bigint not null
    );
  `,
};
