import { type InstrumentSymbol, type Quote, refuse, UNUSABLE_PRICE } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import { requireInstrument } from "./feed.ts";

/** The quotes that stood at a moment: of each instrument the last tick until then whose prices can be used. */
export async function readQuotesAt(db: Transaction<TenantTables>, at: number): Promise<{ items: Quote[] }> {
  return { items: await quotesAt(db, at, undefined) };
}

/** The quote of one instrument that stood at a moment. Refuses INSTRUMENT_NOT_FOUND, NO_QUOTE. */
export async function readQuoteAt(db: Transaction<TenantTables>, symbol: InstrumentSymbol, at: number): Promise<Quote> {
  const [quote] = await quotesAt(db, at, symbol);
  if (quote !== undefined) return quote;
  await requireInstrument(db, symbol);
  return refuse("NO_QUOTE", undefined, { symbol });
}

async function quotesAt(
  db: Transaction<TenantTables>,
  at: number,
  symbol: InstrumentSymbol | undefined,
): Promise<Quote[]> {
  const { rows } = await sql<Quote>`
    select feeds.symbol, stood.bid, stood.ask, round(extract(epoch from stood.time) * 1000)::float8 as "timeMsc"
    from feeds cross join lateral (
      select bid, ask, time from ticks
      where ticks.feed = feeds.feed and time <= to_timestamp(${at} / 1000.0) and quality & ${UNUSABLE_PRICE} = 0
      order by time desc, ordinal desc limit 1
    ) as stood
    where ${symbol ?? null}::text is null or feeds.symbol = ${symbol ?? null}
    order by feeds.symbol collate "C"
  `.execute(db);
  return rows;
}
