import { Timeframe, timeframes } from "@tradesage/contracts";
import { quoted, type TableShape } from "./tables.ts";

/** The table that lists the hours of ticks that were written to: it goes first, and the others follow it. */
export const CHANGES = "tick_changes";

/** Tables whose rows say in which epoch they were written, and are never changed. */
const byEpoch = new Set([CHANGES, "equity_curve"]);

/** Tables of which only what has changed is taken, and the lengths of the pieces in which it is: an hour, or a longer bar. */
const byTheHour = new Map<string, number>([
  ["ticks", timeframes["1h"]],
  ...Timeframe.options.map((name) => [`bars_${name}`, Math.max(timeframes[name], timeframes["1h"])] as const),
]);

/**
 * What a table without history has had written since an epoch ended, in SQL, and the statement that takes out what it
 * replaces. Where rows and the list of changes are in other schemas, these are named with their dots.
 */
export function changedSince(
  { name }: TableShape,
  after: bigint,
  { changes = "", rows = "" }: { readonly changes?: string; readonly rows?: string } = {},
): { readonly from: string; readonly remove: string } {
  const own = quoted([name]);
  const table = `${rows}${own}`;
  if (byEpoch.has(name))
    return {
      from: `(select * from ${table} where epoch > ${after})`,
      remove: `delete from ${own} where epoch > ${after};`,
    };
  const length = byTheHour.get(name);
  if (length === undefined) return { from: table, remove: `truncate ${own};` };
  const piece = `interval '${length} milliseconds'`;
  const changed = `(select distinct feed, time_bucket(${piece}, hour) as start from ${changes}${CHANGES} where epoch > ${after})`;
  const isIn = "held.feed = changed.feed and held.time >= changed.start and held.time < changed.start +";
  return {
    from: `(select held.* from ${changed} as changed join ${table} as held on ${isIn} ${piece})`,
    remove: `delete from ${own} as held using ${changed} as changed where ${isIn} ${piece};`,
  };
}
