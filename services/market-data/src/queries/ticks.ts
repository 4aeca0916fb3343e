import type { marketDataQueries, TickView } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import type { z } from "zod";
import { cursorNumbers, feedOf } from "./feed.ts";

type Asked = z.output<typeof marketDataQueries.ticks.schema>;
const LATEST_MSC = 253_402_300_799_999;

/** Ticks of a range, oldest first; a page goes on behind the last one's time and ordinal. */
export async function readTickPage(
  db: Transaction<TenantTables>,
  asked: Asked,
): Promise<{ items: TickView[]; next?: string }> {
  const feed = await feedOf(db, asked.symbol);
  if (feed === undefined) return { items: [] };
  const [time = -1, ordinal = -1] = asked.cursor === undefined ? [] : cursorNumbers(asked.cursor, 2);
  const from = Math.max(asked.from, time);
  const { rows } = await sql<TickView>`
    select round(extract(epoch from time) * 1000)::float8 as "timeMsc", ordinal, bid, ask, last, volume, flags, quality
    from ticks
    where feed = ${feed}
      and time >= to_timestamp(${Math.min(from, LATEST_MSC)} / 1000.0)
      and time < to_timestamp(${Math.min(asked.to, LATEST_MSC)} / 1000.0)
      and (time, ordinal) > (to_timestamp(${time} / 1000.0), ${ordinal}::int)
    order by time, ordinal limit ${asked.limit + 1}
  `.execute(db);
  const items = rows.slice(0, asked.limit).map(withoutNaN);
  const last = items.at(-1);
  return { items, ...(rows.length > asked.limit && last && { next: `${last.timeMsc}.${last.ordinal}` }) };
}

/** JSON has no NaN: a price that is none is told as 0; the tick's `quality` says what it was. */
function withoutNaN(tick: TickView): TickView {
  const number = (value: number) => (Number.isFinite(value) ? value : 0);
  return {
    ...tick,
    bid: number(tick.bid),
    ask: number(tick.ask),
    last: number(tick.last),
    volume: number(tick.volume),
  };
}
