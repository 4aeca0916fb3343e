import type { Bar } from "@tradesage/contracts";
import { rowShape, writeTime } from "../binary-copy.ts";

/** The columns of every table of bars and the lengths of their values, in the order in which rows are encoded. */
const lengths = {
  time: 8,
  feed: 4,
  ticks: 4,
  bid_open: 8,
  bid_high: 8,
  bid_low: 8,
  bid_close: 8,
  ask_open: 8,
  ask_high: 8,
  ask_low: 8,
  ask_close: 8,
} as const;

export const barColumns = Object.keys(lengths) as (keyof typeof lengths)[];

/** The prices of a bar, in the order of their columns. */
export const priceFields = [
  "bidOpen",
  "bidHigh",
  "bidLow",
  "bidClose",
  "askOpen",
  "askHigh",
  "askLow",
  "askClose",
] as const satisfies readonly (keyof Bar)[];

const shape = rowShape(Object.values(lengths));
const [TIME = 0, FEED = 0, TICKS = 0, ...PRICES] = shape.offsets;

/** Bars of one timeframe as rows of its table in COPY's binary format. */
export function barRows(bars: readonly (Bar & { readonly feed: number })[]): Buffer {
  const rows = shape.rows(bars.length);
  const target = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  let at = 0;
  for (const bar of bars) {
    writeTime(target, at + TIME, bar.timeMsc);
    target.setInt32(at + FEED, bar.feed);
    target.setInt32(at + TICKS, bar.ticks);
    for (const [index, field] of priceFields.entries()) target.setFloat64(at + (PRICES[index] ?? 0), bar[field]);
    at += shape.bytes;
  }
  return rows;
}
