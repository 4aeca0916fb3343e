import { type OrderView, refuse, tradingQueries } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { requireAccount } from "../accounts/queries.ts";
import { isZero, over } from "../decimals.ts";
import { pageOf, positionCursor, tenantQuestion } from "../question.ts";

const view = (row: TenantTables["orders"]): OrderView => ({
  orderId: row.order_id,
  accountId: row.account_id,
  symbol: row.symbol,
  side: row.side,
  kind: row.kind,
  status: row.status,
  volume: row.volume,
  filled: row.filled,
  ...(row.limit_price !== null && { limitPrice: row.limit_price }),
  ...(row.stop_price !== null && { stopPrice: row.stop_price }),
  ...(row.trails !== null && { trailing: row.trails }),
  timeInForce: row.time_in_force,
  ...(row.expires_at !== null && { expiresAt: row.expires_at }),
  reduceOnly: row.reduce_only,
  ...(row.oco !== null && { oco: row.oco }),
  triggered: row.triggered,
  ...(!isZero(row.filled) && { averagePrice: over(row.notional, row.filled) }),
  ...(row.reject_reason !== null && { rejectReason: row.reject_reason }),
  ...(row.reject_detail !== null && { rejectDetail: row.reject_detail }),
  placedAt: row.placed_at,
  changedAt: row.changed_at,
  position: row.position,
});

export const ordersQuestion = tenantQuestion(
  tradingQueries.orders,
  "orders",
  async (db, { accountId, status, limit, cursor }) => {
    const before = positionCursor(cursor);
    let query = db.selectFrom("orders").selectAll().where("account_id", "=", accountId);
    if (status) query = query.where("status", "=", status);
    if (before) query = query.where("placed_position", "<", before);
    const rows = await query
      .orderBy("placed_position", "desc")
      .limit(limit + 1)
      .execute();
    if (rows.length === 0) await requireAccount(db, accountId);
    return pageOf(rows, limit, view, (row) => row.placed_position);
  },
);

export const orderQuestion = tenantQuestion(tradingQueries.order, "orders", async (db, { accountId, orderId }) => {
  const row = await db
    .selectFrom("orders")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("order_id", "=", orderId)
    .executeTakeFirst();
  return row ? view(row) : refuse("ORDER_NOT_FOUND");
});
