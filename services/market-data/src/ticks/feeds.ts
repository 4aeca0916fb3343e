import type { InstrumentSymbol } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import type { FeedState } from "./sort-ticks.ts";

/** Where the feeds of these symbols stand; one that is new begins. Reads what is committed: nothing is kept between batches. */
export async function loadFeeds(
  db: Transaction<TenantTables>,
  symbols: readonly InstrumentSymbol[],
): Promise<Map<InstrumentSymbol, FeedState>> {
  await db
    .insertInto("feeds")
    .values(symbols.map((symbol) => ({ symbol })))
    .onConflict((conflict) => conflict.column("symbol").doNothing())
    .execute();
  const rows = await db.selectFrom("feeds").selectAll().where("symbol", "in", symbols).execute();
  return new Map(
    rows.map(({ feed, symbol, time_msc, ordinal, quote_time_msc, bid, ask }) => [
      symbol,
      {
        feed,
        symbol,
        timeMsc: Number(time_msc),
        ordinal,
        quote:
          quote_time_msc === null || bid === null || ask === null
            ? undefined
            : { symbol, bid, ask, timeMsc: Number(quote_time_msc) },
      },
    ]),
  );
}

/** Writes where the feeds stand now. */
export async function saveFeeds(db: Transaction<TenantTables>, feeds: readonly FeedState[]): Promise<void> {
  const column = <Value>(of: (feed: FeedState) => Value) => feeds.map(of);
  await sql`
    update feeds
    set time_msc = new.time_msc, ordinal = new.ordinal, quote_time_msc = new.quote_time_msc, bid = new.bid, ask = new.ask
    from unnest(
      ${column(({ feed }) => feed)}::int[], ${column(({ timeMsc }) => timeMsc)}::bigint[],
      ${column(({ ordinal }) => ordinal)}::int[], ${column(({ quote }) => quote?.timeMsc ?? null)}::bigint[],
      ${column(({ quote }) => quote?.bid ?? null)}::float8[], ${column(({ quote }) => quote?.ask ?? null)}::float8[]
    ) as new (feed, time_msc, ordinal, quote_time_msc, bid, ask)
    where feeds.feed = new.feed
  `.execute(db);
}
