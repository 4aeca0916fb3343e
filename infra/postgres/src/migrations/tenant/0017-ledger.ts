import type { TenantMigration } from "./tenant-migration.ts";

export const ledgerTable = `
  create table ledger (
    account_id text not null,
    kind text not null,
    debit text not null,
    credit text not null,
    amount numeric not null,
    reference text,
    symbol text,
    at timestamptz not null,
    position bigint not null,
    primary key (account_id, position)
  );
`;

export const ledger: TenantMigration = {
  name: "0017-ledger",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    alter table accounts add column credit numeric not null default 0.00;

    insert into checkpoints (name) values ('ledger');

    ${ledgerTable}
  `,
};
