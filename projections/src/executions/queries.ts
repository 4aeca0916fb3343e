import { type ExecutionView, tradingQueries } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { requireAccount } from "../accounts/queries.ts";
import { pageOf, positionCursor, tenantQuestion } from "../question.ts";

const view = (row: TenantTables["executions"]): ExecutionView => ({
  executionId: row.execution_id,
  orderId: row.order_id,
  accountId: row.account_id,
  symbol: row.symbol,
  side: row.side,
  volume: row.volume,
  price: row.price,
  at: row.at,
  position: row.position,
});

export const executionsQuestion = tenantQuestion(
  tradingQueries.executions,
  "executions",
  async (db, { accountId, limit, cursor }) => {
    const before = positionCursor(cursor);
    let query = db.selectFrom("executions").selectAll().where("account_id", "=", accountId);
    if (before) query = query.where("position", "<", before);
    const rows = await query
      .orderBy("position", "desc")
      .limit(limit + 1)
      .execute();
    if (rows.length === 0) await requireAccount(db, accountId);
    return pageOf(rows, limit, view, (row) => row.position);
  },
);
