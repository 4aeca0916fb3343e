import type { TenantMigration } from "./tenant-migration.ts";

/** What happened to positions, an event a row: trades are told from it. */
export const tradeEvents: TenantMigration = {
  name: "0020-trade-events",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    insert into checkpoints (name) values ('trade_events');

    create table trade_events (
      account_id text not null,
      position bigint not null,
      kind text not null,
      position_id text,
      symbol text not null,
      side text,
      execution_id text,
      volume numeric,
      price numeric,
      profit numeric,
      stop_loss numeric,
      take_profit numeric,
      trailed boolean not null,
      tick_msc bigint,
      actor text not null,
      at timestamptz not null,
      primary key (account_id, position)
    );
    create index trade_events_by_position on trade_events (account_id, position_id, position);
    create index trade_events_ticks on trade_events (account_id, execution_id) where kind = 'filled';
    create index trade_events_openings on trade_events (account_id, position desc) where kind = 'opened';
  `,
};
