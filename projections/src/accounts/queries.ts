import { type AccountId, type AccountView, refuse, tradingQueries } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import type { Transaction } from "kysely";
import { pageOf, tenantQuestion } from "../question.ts";

const view = (row: TenantTables["accounts"]): AccountView => ({
  accountId: row.account_id,
  name: row.name,
  currency: row.currency,
  leverage: row.leverage,
  mode: row.mode,
  venue: row.venue,
  ...(row.terminal !== null && { terminal: row.terminal }),
  balance: row.balance,
  credit: row.credit,
  tradingState: row.trading_state,
  ...(row.restricted_because !== null && { restrictedBecause: row.restricted_because }),
  ...(row.paper_terms !== null && { paperTerms: row.paper_terms }),
  openedAt: row.opened_at,
  position: row.position,
});

export const accountsQuestion = tenantQuestion(tradingQueries.accounts, "accounts", async (db, { limit, cursor }) => {
  const rows = await db
    .selectFrom("accounts")
    .selectAll()
    .$if(cursor !== undefined, (query) => query.where("account_id", ">", String(cursor)))
    .orderBy("account_id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, view, (row) => row.account_id);
});

export const accountQuestion = tenantQuestion(tradingQueries.account, "accounts", async (db, { accountId }) => {
  const row = await db.selectFrom("accounts").selectAll().where("account_id", "=", accountId).executeTakeFirst();
  return row ? view(row) : refuse("ACCOUNT_NOT_FOUND");
});

/** What an account has none of: an empty list, if there is such an account. @throws Refused ACCOUNT_NOT_FOUND */
export async function requireAccount(db: Transaction<TenantTables>, accountId: AccountId): Promise<void> {
  const row = await db
    .selectFrom("accounts")
    .select("account_id")
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (!row) refuse("ACCOUNT_NOT_FOUND");
}
