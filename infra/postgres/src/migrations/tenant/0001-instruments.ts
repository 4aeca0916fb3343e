import type { TenantMigration } from "./tenant-migration.ts";

/** What every tenant has. A read model's checkpoint says that the tenant has the model, and how far it has come. */
export const instruments: TenantMigration = {
  name: "0001-instruments",
  templates: ["basic", "trading", "trading_plus_analytics"],
  sql: `
    -- A function of the tenant's is nobody else's to call, whoever may come to know its name.
    alter default privileges revoke execute on functions from public;

    create table checkpoints (
      name text primary key,
      position bigint not null default 0
    );
    insert into checkpoints (name) values ('instruments');

    create table instruments (
      symbol text primary key,
      description text not null,
      digits smallint not null,
      tick_size numeric not null,
      contract_size numeric not null,
      volume_min numeric not null,
      volume_max numeric not null,
      volume_step numeric not null,
      base_currency text not null,
      profit_currency text not null,
      margin_currency text not null,
      position bigint not null
    );
  `,
};
