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

const shape = rowShape(Object.values(lengths));
const [TIME = 0, FEED = 0, TICKS = 0, BID_OPEN = 0, BID_HIGH = 0, BID_LOW = 0, BID_CLOSE = 0] = shape.offsets;
const [ASK_OPEN = 0, ASK_HIGH = 0, ASK_LOW = 0, ASK_CLOSE = 0] = shape.offsets.slice(-4);

/** A bar, and whose it is. */
export interface FeedBar {
  readonly feed: number;
  readonly bar: Bar;
}

/** Bars of one timeframe as rows of its table in COPY's binary format. */
export function barRows(bars: readonly FeedBar[]): Buffer {
  const rows = shape.rows(bars.length);
  const target = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  let at = 0;
  for (const { feed, bar } of bars) {
    writeTime(target, at + TIME, bar.timeMsc);
    target.setInt32(at + FEED, feed);
    target.setInt32(at + TICKS, bar.ticks);
    target.setFloat64(at + BID_OPEN, bar.bidOpen);
    target.setFloat64(at + BID_HIGH, bar.bidHigh);
    target.setFloat64(at + BID_LOW, bar.bidLow);
    target.setFloat64(at + BID_CLOSE, bar.bidClose);
    target.setFloat64(at + ASK_OPEN, bar.askOpen);
    target.setFloat64(at + ASK_HIGH, bar.askHigh);
    target.setFloat64(at + ASK_LOW, bar.askLow);
    target.setFloat64(at + ASK_CLOSE, bar.askClose);
    at += shape.bytes;
  }
  return rows;
}
