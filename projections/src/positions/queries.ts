import { type PositionView, tradingQueries } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { requireAccount } from "../accounts/queries.ts";
import { tenantQuestion } from "../question.ts";

const view = (row: TenantTables["positions"]): PositionView => ({
  accountId: row.account_id,
  positionId: row.position_id,
  symbol: row.symbol,
  side: row.side,
  volume: row.volume,
  averagePrice: row.average_price,
  realised: row.realised,
  swap: row.swap,
  ...(row.stop_loss !== null && { stopLoss: row.stop_loss }),
  ...(row.take_profit !== null && { takeProfit: row.take_profit }),
  ...(row.stop_trails !== null && { trailingStop: row.stop_trails }),
  openedAt: row.opened_at,
  position: row.position,
});

export const positionsQuestion = tenantQuestion(tradingQueries.positions, "positions", async (db, { accountId }) => {
  const rows = await db
    .selectFrom("positions")
    .selectAll()
    .where("account_id", "=", accountId)
    .orderBy("symbol")
    .orderBy("position_id")
    .execute();
  if (rows.length === 0) await requireAccount(db, accountId);
  return { items: rows.map(view) };
});
