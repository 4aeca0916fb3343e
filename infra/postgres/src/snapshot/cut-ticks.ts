import { TickQuality, Timeframe, timeframes, UNUSABLE_PRICE } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import { inUtc } from "./tables.ts";

/** As market data has it: these ticks have no price on one side, and are in no bar. */
const NO_PRICE = TickQuality.not_a_number | TickQuality.zero_price;

/**
 * Takes out of a tenant's tables every tick and every sample of an equity that is later than a moment, and every bar that begins later; the bars that
 * the moment lies in are made again from the ticks that are left, and feeds stand where these end. In the caller's
 * transaction, inside the tenant's schema. Tells whether there was anything later.
 */
export async function cutTicks(client: PoolClient, moment: Date): Promise<boolean> {
  const later = [moment.toISOString()];
  await client.query(inUtc);
  const isCut = await anyTickIsLater(client, later);
  if (isCut) {
    await cutTicksAndBars(client, later);
    await putFeedsBack(client);
  }
  const { rows } = await client.query("select where to_regclass('equity_curve') is not null");
  let deleted = 0;
  for (const rest of [
    ...["tick_changes where hour > $1", "tick_quality where day > $1::timestamptz::date"],
    ...(rows.length > 0 ? ["equity_curve where time > $1"] : []),
  ])
    deleted += (await client.query(`delete from ${rest}`, later)).rowCount ?? 0;
  return isCut || deleted > 0;
}

/** Whether there is any, or was before its time was over: where none ever was, bars and feeds stand as they should. */
async function anyTickIsLater(client: PoolClient, later: readonly string[]): Promise<boolean> {
  const { rows } = await client.query(
    `select where exists (select from ticks where time > $1)
       or exists (select from retention where dropped_before > $1::timestamptz)`,
    [...later],
  );
  return rows.length > 0;
}

async function cutTicksAndBars(client: PoolClient, later: string[]): Promise<void> {
  // Days that are later as a whole go at once.
  await client.query("select drop_chunks('ticks', newer_than => $1::timestamptz)", later);
  await client.query("delete from ticks where time > $1", later);
  for (const name of Timeframe.options) {
    const length = `interval '${timeframes[name]} milliseconds'`;
    const cut = `time_bucket(${length}, $1::timestamptz)`;
    await client.query(`delete from bars_${name} where time >= ${cut}`, later);
    await client.query(
      `insert into bars_${name} (time, feed, ticks, bid_open, bid_high, bid_low, bid_close, ask_open, ask_high, ask_low, ask_close)
       select ${cut}, feed, count(*),
         (array_agg(bid order by time, ordinal))[1], max(bid), min(bid), (array_agg(bid order by time desc, ordinal desc))[1],
         (array_agg(ask order by time, ordinal))[1], max(ask), min(ask), (array_agg(ask order by time desc, ordinal desc))[1]
       from ticks where time >= ${cut} and quality & ${NO_PRICE} = 0
         -- A bar is not made again of ticks of which some are gone.
         and not exists (select from retention where kind = 'ticks' and dropped_before > ${cut})
       group by feed`,
      later,
    );
  }
}

async function putFeedsBack(client: PoolClient): Promise<void> {
  await client.query(`
    update feeds set
      (time_msc, ordinal) = (
        select coalesce(max(extract(epoch from time) * 1000)::bigint, -1), coalesce(max(ordinal), -1) from (
          select time, ordinal from ticks where feed = feeds.feed order by time desc, ordinal desc limit 1
        ) as newest
      ),
      (quote_time_msc, bid, ask) = (
        select (extract(epoch from time) * 1000)::bigint, bid, ask from ticks
        where feed = feeds.feed and quality & ${UNUSABLE_PRICE} = 0 order by time desc, ordinal desc limit 1
      )`);
}
