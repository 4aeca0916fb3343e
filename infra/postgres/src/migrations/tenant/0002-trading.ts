import type { TenantMigration } from "./tenant-migration.ts";

export const executionsTable = `
  create table executions (
    account_id text not null,
    execution_id text not null,
    order_id text not null,
    symbol text not null,
    side text not null,
    volume numeric not null,
    price numeric not null,
    at timestamptz not null,
    position bigint not null,
    primary key (account_id, execution_id)
  );
  create index executions_newest on executions (account_id, position desc);
`;

export const trading: TenantMigration = {
  name: "0002-trading",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    insert into checkpoints (name) values ('accounts'), ('orders'), ('executions'), ('positions');

    create table accounts (
      account_id text primary key,
      name text not null,
      currency text not null,
      leverage integer not null,
      mode text not null,
      venue text not null,
      balance numeric not null,
      opened_at timestamptz not null,
      position bigint not null
    );

    create table orders (
      account_id text not null,
      order_id text not null,
      symbol text not null,
      side text not null,
      kind text not null,
      status text not null,
      volume numeric not null,
      filled numeric not null,
      limit_price numeric,
      notional numeric not null,
      placed_at timestamptz not null,
      changed_at timestamptz not null,
      placed_position bigint not null,
      position bigint not null,
      primary key (account_id, order_id)
    );
    create index orders_newest on orders (account_id, placed_position desc);
    create index orders_newest_open on orders (account_id, placed_position desc) where status = 'open';

    ${executionsTable}

    create table positions (
      account_id text not null,
      symbol text not null,
      side text not null,
      volume numeric not null,
      average_price numeric not null,
      realised numeric not null,
      opened_at timestamptz not null,
      position bigint not null,
      primary key (account_id, symbol)
    );
  `,
};
