import type { AccountId, Money, Position, TenantId } from "@tradesage/contracts";
import type { Postgres } from "@tradesage/postgres";
import { sql } from "kysely";

/** What an account was worth, and up to where its history is in it. */
export interface Sample {
  readonly accountId: AccountId;
  readonly at: string;
  readonly balance: Money;
  readonly credit: Money;
  readonly equity: Money;
  readonly margin: Money;
  readonly floating: Money;
  readonly position: Position;
}

/**
 * Stores samples, one a second and account; gives the accounts that are due still: their ledger here has not come as far
 * as what they are worth, so that what was paid in is not known, or they have a sample of that second already.
 */
export function storeSamples(
  postgres: Postgres,
  tenant: TenantId,
  samples: readonly Sample[],
): Promise<readonly AccountId[]> {
  if (samples.length === 0) return Promise.resolve([]);
  return postgres.tenant(tenant, async (db, client) => {
    // Whoever ends an epoch waits for this: rows of an epoch that has ended do not change.
    await client.query("select from checkpoints where name = 'ticks' for share");
    const { rows } = await sql<{ account_id: AccountId }>`
      insert into equity_curve (account_id, time, balance, credit, equity, margin, floating, paid, epoch)
      select s."accountId", date_trunc('second', s.at), s.balance, s.credit, s.equity, s.margin, s.floating,
        (select coalesce(sum(case when kind in ('withdrawal', 'credit_taken') then -amount else amount end), 0)
         from ledger where account_id = s."accountId" and position <= s.position and kind in
           ('deposit', 'withdrawal', 'credit_given', 'credit_taken', 'adjustment', 'reconciliation')),
        (select last_value from tick_changes_epoch)
      from jsonb_to_recordset(${JSON.stringify(samples)}::jsonb) as s("accountId" text, at timestamptz,
        balance numeric, credit numeric, equity numeric, margin numeric, floating numeric, position bigint)
      where s.position <= (select position from checkpoints where name = 'ledger')
      on conflict do nothing returning account_id`.execute(db);
    const stored = new Set(rows.map(({ account_id }) => account_id));
    return samples.map(({ accountId }) => accountId).filter((accountId) => !stored.has(accountId));
  });
}
