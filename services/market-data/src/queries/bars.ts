import type { Bar, InstrumentSymbol, marketDataQueries, Timeframe } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import type { z } from "zod";
import { asBar, barTable } from "../bars/bar-table.ts";
import { cursorNumbers, feedOf } from "./feed.ts";

type Asked = z.output<typeof marketDataQueries.bars.schema>;
/** The last time that Postgres' `timestamptz` and JavaScript's Date both hold: the end of the year 9999. */
const LATEST_MSC = 253_402_300_799_999;

/** Bars of a range, oldest first; a page goes on behind the last one's time. */
export async function readBars(db: Transaction<TenantTables>, asked: Asked): Promise<{ items: Bar[]; next?: string }> {
  const feed = await feedOf(db, asked.symbol);
  if (feed === undefined) return { items: [] };
  const [after = -1] = asked.cursor === undefined ? [] : cursorNumbers(asked.cursor, 1);
  const from = Math.max(asked.from, after + 1);
  const { rows } = await sql<Bar>`
    select ${sql.raw(asBar)} from ${sql.table(barTable(asked.timeframe))}
    where feed = ${feed}
      and time >= to_timestamp(${Math.min(from, LATEST_MSC)} / 1000.0)
      and time < to_timestamp(${Math.min(asked.to, LATEST_MSC)} / 1000.0)
    order by time limit ${asked.limit + 1}
  `.execute(db);
  const items = rows.slice(0, asked.limit);
  return { items, ...(rows.length > asked.limit && { next: String(items.at(-1)?.timeMsc) }) };
}

/** The newest bar of every feed that has one: a look into the index each. */
export async function readLatestBars(
  db: Transaction<TenantTables>,
  timeframe: Timeframe,
): Promise<{ items: (Bar & { symbol: InstrumentSymbol })[] }> {
  const { rows } = await sql<Bar & { symbol: InstrumentSymbol }>`
    select feeds.symbol, newest.*
    from feeds cross join lateral (
      select ${sql.raw(asBar)} from ${sql.table(barTable(timeframe))} as bars
      where bars.feed = feeds.feed order by time desc limit 1
    ) as newest
    order by feeds.symbol
  `.execute(db);
  return { items: rows };
}
