import { type Gap, invalidInput, MAX_GAP_RANGE_DAYS, type marketDataQueries } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import type { z } from "zod";
import { cursorNumbers, feedOf } from "./feed.ts";
import { tradingTime } from "./trading-time.ts";

type Asked = z.output<typeof marketDataQueries.gaps.schema>;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The times without ticks between two ticks of a range, oldest first. Only trading time counts, as it was seen: the
 * hours of the week (UTC) in which the instrument has ever had a bar; so a weekend is no gap.
 */
export async function readGaps(db: Transaction<TenantTables>, asked: Asked): Promise<{ items: Gap[]; next?: string }> {
  const { from, to, longerThan, limit } = asked;
  if (to - from > MAX_GAP_RANGE_DAYS * DAY_MS || to < from)
    throw invalidInput([{ path: "to", code: "custom", message: `at most ${MAX_GAP_RANGE_DAYS} days behind from` }]);
  const feed = await feedOf(db, asked.symbol);
  if (feed === undefined) return { items: [] };
  const [behind = from] = asked.cursor === undefined ? [] : cursorNumbers(asked.cursor, 1);
  const seen = await sql<{ hour: number }>`
    select distinct ((extract(epoch from time)::bigint / 3600) % 168)::int as hour from bars_1h where feed = ${feed}
  `.execute(db);
  const open = new Set(seen.rows.map(({ hour }) => hour));
  const { rows } = await sql<{ fromMsc: number; toMsc: number }>`
    select round(extract(epoch from before) * 1000)::float8 as "fromMsc",
      round(extract(epoch from time) * 1000)::float8 as "toMsc"
    from (
      select time, lag(time) over (order by time) as before from ticks
      where feed = ${feed} and time >= to_timestamp(${Math.max(from, behind)} / 1000.0) and time < to_timestamp(${to} / 1000.0)
    ) as pairs
    where time - before > make_interval(secs => ${longerThan / 1000})
    order by time
  `.execute(db);
  const gaps = rows.map(({ fromMsc, toMsc }) => ({ fromMsc, toMsc, tradingMs: tradingTime(fromMsc, toMsc, open) }));
  const told = gaps.filter(({ tradingMs }) => tradingMs > longerThan);
  const items = told.slice(0, limit);
  return { items, ...(told.length > limit && { next: String(items.at(-1)?.toMsc) }) };
}
