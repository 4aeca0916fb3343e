import { entriesOf, refuse, type TransactionView, tradingQueries } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { pageOf, positionCursor, tenantQuestion } from "../question.ts";

const view = (row: TenantTables["ledger"], currency: string): TransactionView => ({
  accountId: row.account_id,
  kind: row.kind,
  currency,
  entries: [...entriesOf(row)],
  ...(row.reference !== null && { reference: row.reference }),
  ...(row.symbol !== null && { symbol: row.symbol }),
  at: row.at,
  position: row.position,
});

export const ledgerQuestion = tenantQuestion(
  tradingQueries.ledger,
  "ledger",
  async (db, { accountId, limit, cursor }) => {
    const before = positionCursor(cursor);
    const account = await db
      .selectFrom("accounts")
      .select("currency")
      .where("account_id", "=", accountId)
      .executeTakeFirst();
    if (!account) return refuse("ACCOUNT_NOT_FOUND");
    let query = db.selectFrom("ledger").selectAll().where("account_id", "=", accountId);
    if (before) query = query.where("position", "<", before);
    const rows = await query
      .orderBy("position", "desc")
      .limit(limit + 1)
      .execute();
    return pageOf(
      rows,
      limit,
      (row) => view(row, account.currency),
      (row) => row.position,
    );
  },
);
