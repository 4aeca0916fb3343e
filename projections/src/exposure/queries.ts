import { tradeQueries } from "@tradesage/contracts";
import { requireAccount } from "../accounts/queries.ts";
import { tenantQuestion } from "../question.ts";
import { exposureOf } from "./exposure.ts";

export const exposureQuestion = tenantQuestion(tradeQueries.exposure, "positions", async (db, { accountId }) => {
  const rows = await db
    .selectFrom("positions")
    .innerJoin("instruments", "instruments.symbol", "positions.symbol")
    .select(["positions.symbol", "side", "volume", "average_price", "specification"])
    .where("account_id", "=", accountId)
    .orderBy("positions.symbol")
    .execute();
  if (rows.length === 0) await requireAccount(db, accountId);
  return exposureOf(rows);
});
