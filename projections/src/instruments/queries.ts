import { instrumentQueries, refuse } from "@tradesage/contracts";
import { tenantQuestion } from "../question.ts";

export const instrumentsQuestion = tenantQuestion(instrumentQueries.instruments, "instruments", async (db) => {
  const rows = await db.selectFrom("instruments").select("specification").orderBy("symbol").execute();
  return { items: rows.map(({ specification }) => specification) };
});

export const instrumentQuestion = tenantQuestion(
  instrumentQueries.instrument,
  "instruments",
  async (db, { symbol }) => {
    const row = await db
      .selectFrom("instruments")
      .select("specification")
      .where("symbol", "=", symbol)
      .executeTakeFirst();
    return row?.specification ?? refuse("INSTRUMENT_NOT_FOUND");
  },
);
