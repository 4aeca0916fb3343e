import { type InstrumentSpecification, instrumentQueries, refuse } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { tenantQuestion } from "../question.ts";

const view = (row: TenantTables["instruments"]): InstrumentSpecification => ({
  symbol: row.symbol,
  description: row.description,
  digits: row.digits,
  tickSize: row.tick_size,
  contractSize: row.contract_size,
  volumeMin: row.volume_min,
  volumeMax: row.volume_max,
  volumeStep: row.volume_step,
  baseCurrency: row.base_currency,
  profitCurrency: row.profit_currency,
  marginCurrency: row.margin_currency,
});

export const instrumentsQuestion = tenantQuestion(instrumentQueries.instruments, "instruments", async (db) => {
  const rows = await db.selectFrom("instruments").selectAll().orderBy("symbol").execute();
  return { items: rows.map(view) };
});

export const instrumentQuestion = tenantQuestion(
  instrumentQueries.instrument,
  "instruments",
  async (db, { symbol }) => {
    const row = await db.selectFrom("instruments").selectAll().where("symbol", "=", symbol).executeTakeFirst();
    return row ? view(row) : refuse("INSTRUMENT_NOT_FOUND");
  },
);
