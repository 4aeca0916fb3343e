import { type Bar, barPriceFields, Timeframe } from "@tradesage/contracts";
import type { PoolClient } from "@tradesage/postgres";
import { copyInto } from "../binary-copy.ts";
import type { NewSeconds } from "../ticks/sort-ticks.ts";
import { barColumns, barRows, type FeedBar } from "./bar-rows.ts";
import { asBar, barTable, type WrittenBar } from "./bar-table.ts";
import { rollUp } from "./fold-bars.ts";

/**
 * Adds bars of ticks that came after all that the table has. Only the first bar of a feed can be there already, where
 * the newest tick before fell into it: its open stays and its close moves on. All others are new for certain and go by
 * COPY. Returns the newest bar of each feed and timeframe as it stands now.
 */
export async function addBars(client: PoolClient, seconds: ReadonlyMap<number, NewSeconds>): Promise<WrittenBar[]> {
  const newest: WrittenBar[] = [];
  const shorter = new Map<number, readonly Bar[]>();
  for (const timeframe of Timeframe.options) {
    const growing: FeedBar[] = [];
    const fresh: FeedBar[] = [];
    const last = new Map<number, Bar>();
    for (const [feed, { behind, fold }] of seconds) {
      const bars = timeframe === "1s" ? fold.bars : rollUp(shorter.get(feed) ?? [], timeframe);
      shorter.set(feed, bars);
      for (const bar of bars) {
        (bar.timeMsc > behind ? fresh : growing).push({ feed, bar });
        last.set(feed, bar);
      }
    }
    if (fresh.length > 0) await copyInto(client, barTable(timeframe), barColumns, [barRows(fresh)]);
    for (const { feed, ...bar } of await grow(client, timeframe, growing))
      if (last.get(feed)?.timeMsc === bar.timeMsc) last.set(feed, bar);
    for (const [feed, bar] of last) newest.push({ ...bar, feed, timeframe });
  }
  return newest;
}

const columnTypes = ["float8", "int", "int", ...barPriceFields.map(() => "float8")];
const insert = (timeframe: Timeframe) => `
  insert into ${barTable(timeframe)} as old (${barColumns.join(", ")})
  select to_timestamp(new.time / 1000.0), ${barColumns
    .slice(1)
    .map((column) => `new.${column}`)
    .join(", ")}
  from unnest(${columnTypes.map((type, index) => `$${index + 1}::${type}[]`).join(", ")})
    as new (${barColumns.join(", ")})
  on conflict (feed, time) do update set
    ticks = old.ticks + excluded.ticks,
    bid_high = greatest(old.bid_high, excluded.bid_high), bid_low = least(old.bid_low, excluded.bid_low),
    bid_close = excluded.bid_close,
    ask_high = greatest(old.ask_high, excluded.ask_high), ask_low = least(old.ask_low, excluded.ask_low),
    ask_close = excluded.ask_close
  returning feed, ${asBar}`;

async function grow(
  client: PoolClient,
  timeframe: Timeframe,
  bars: readonly FeedBar[],
): Promise<readonly (Bar & { readonly feed: number })[]> {
  if (bars.length === 0) return [];
  const columns = [
    bars.map(({ bar }) => bar.timeMsc),
    bars.map(({ feed }) => feed),
    bars.map(({ bar }) => bar.ticks),
    ...barPriceFields.map((field) => bars.map(({ bar }) => bar[field])),
  ];
  return (await client.query<Bar & { feed: number }>(insert(timeframe), columns)).rows;
}
