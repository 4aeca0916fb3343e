import type { AccountId, Money, Position, TenantId } from "@tradesage/contracts";
import type { Postgres } from "@tradesage/postgres";
import { sql } from "kysely";

export interface Asked {
  /** Bookings after this position are new; undefined: those that no sample knows of. */
  readonly after: string | undefined;
  readonly owed: readonly AccountId[];
  /** Those too that hold positions. */
  readonly withHolders: boolean;
}

export interface DueAccount {
  readonly accountId: AccountId;
  /** Where its newest booking that was seen stands in the history. */
  readonly position: Position;
  /** What it has, where it holds no positions. */
  readonly balance: Money | null;
  readonly credit: Money | null;
}

export interface Due {
  readonly accounts: readonly DueAccount[];
  /** Bookings up to here were seen. */
  readonly upTo: string;
  /** Whether any account holds positions. */
  readonly isHeld: boolean;
}

/** Accounts of a tenant that are to be sampled; undefined where it has none by its template. */
export function dueAccounts(postgres: Postgres, tenant: TenantId, asked: Asked): Promise<Due | undefined> {
  const { after, owed, withHolders } = asked;
  const isNew =
    after === undefined
      ? sql`coalesce((select (e.balance, e.credit) <> (a.balance, a.credit) from equity_curve e
          where e.account_id = a.account_id order by time desc limit 1), true)`
      : sql`a.position > ${after}::bigint`;
  const isHeld = sql`exists (select from positions where account_id = a.account_id)`;
  return postgres.tenant(
    tenant,
    async (db, client) => {
      const { rows: tables } = await client.query("select where to_regclass('equity_curve') is not null");
      if (tables.length === 0) return undefined;
      const { rows } = await sql<{ up_to: string | null; is_held: boolean }>`
        select max(position)::text as up_to, exists (select from positions) as is_held from accounts`.execute(db);
      const { rows: accounts } = await sql<DueAccount>`
        select account_id as "accountId", position::text as position,
          case when not ${isHeld} then balance end as balance, case when not ${isHeld} then credit end as credit
        from accounts a
        where ${isNew} or account_id = any(${owed}) or (${withHolders} and ${isHeld})`.execute(db);
      const [{ up_to = null, is_held = false } = {}] = rows;
      return { accounts, upTo: up_to ?? "0", isHeld: is_held };
    },
    { snapshot: true, readOnly: true },
  );
}
