import type { TenantMigration } from "./tenant-migration.ts";

/** What accounts were worth, a sample a row. It is no read model: no history gives the prices of then. */
export const equityCurve: TenantMigration = {
  name: "0023-equity-curve",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    create table equity_curve (
      account_id text not null,
      time timestamptz not null,
      balance numeric not null,
      credit numeric not null,
      equity numeric not null,
      margin numeric not null,
      floating numeric not null,
      -- All that was paid in, lent or corrected until then, less what was paid out.
      paid numeric not null,
      -- Of tick_changes: what a backup ships is what was written since the one that it ended. No row is ever changed.
      epoch bigint not null,
      primary key (account_id, time)
    );
    select create_hypertable('equity_curve', 'time', chunk_time_interval => interval '30 days', create_default_indexes => false);

    create index ledger_paid on ledger (account_id, position)
      where kind in ('deposit', 'withdrawal', 'credit_given', 'credit_taken', 'adjustment', 'reconciliation');
  `,
};
