import { type marketDataQueries, TickQuality, type TickQualityDay } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import type { z } from "zod";
import { cursorNumbers, feedOf } from "./feed.ts";

type Asked = z.output<typeof marketDataQueries.tickQuality.schema>;

interface Row {
  readonly feed: number;
  readonly symbol: string;
  readonly day: string;
  readonly epochDay: number;
  readonly ticks: number;
  readonly doubts: readonly string[];
  readonly repeats: number;
  readonly lostInTerminal: number;
  readonly missingBatches: number;
}

/** The quality ledger of one instrument, or of all, oldest day first. */
export async function readQuality(
  db: Transaction<TenantTables>,
  asked: Asked,
): Promise<{ items: TickQualityDay[]; next?: string }> {
  const { from, to, limit } = asked;
  const feed = asked.symbol === undefined ? undefined : ((await feedOf(db, asked.symbol)) ?? -1);
  const [day = -1, behind = -1] = asked.cursor === undefined ? [] : cursorNumbers(asked.cursor, 2);
  const { rows } = await sql<Row>`
    select feed, symbol, day::text as day, (day - date '1970-01-01') as "epochDay", ticks::float8 as ticks, doubts,
      repeats::float8 as repeats, lost_in_terminal::float8 as "lostInTerminal", missing_batches::float8 as "missingBatches"
    from tick_quality join feeds using (feed)
    where (${feed ?? null}::int is null or feed = ${feed ?? null})
      and (${from ?? null}::date is null or day >= ${from ?? null}) and (${to ?? null}::date is null or day < ${to ?? null})
      and (day - date '1970-01-01', feed) > (${day}::int, ${behind}::int)
    order by day, feed
    limit ${limit + 1}
  `.execute(db);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ feed: _, epochDay: __, doubts, ...row }) => ({ ...row, doubts: named(doubts) })),
    ...(rows.length > limit && last && { next: `${last.epochDay}.${last.feed}` }),
  };
}

const named = (counts: readonly string[]) =>
  Object.fromEntries(
    Object.keys(TickQuality).map((doubt, index) => [doubt, Number(counts[index] ?? 0)]),
  ) as TickQualityDay["doubts"];
