import { readTimeMsc, type TickBatchView, tickFields, tickOffset } from "@tradesage/contracts";
import { rowShape, writeTime } from "../binary-copy.ts";

/** The columns of `ticks` and the lengths of their values, in the order in which rows are encoded. */
const lengths = {
  time: 8,
  bid: 8,
  ask: 8,
  last: 8,
  volume: 8,
  feed: 4,
  ordinal: 4,
  flags: 4,
  utc_offset_seconds: 4,
  quality: 2,
  backfill: 1,
} as const;

export const tickColumns = Object.keys(lengths) as (keyof typeof lengths)[];

const shape = rowShape(Object.values(lengths));
const [TIME = 0, BID = 0, ASK = 0, LAST = 0, VOLUME = 0, FEED = 0, ORDINAL = 0, FLAGS = 0, OFFSET = 0, QUALITY = 0] =
  shape.offsets;
const BACKFILL = shape.offsets.at(-1) ?? 0;

/** Rows of `ticks` in COPY's binary format, straight from the bytes of a batch. */
export interface CopyRows {
  /** Adds tick `index` of the batch. `timeMsc` is its time in UTC. */
  add(feed: number, timeMsc: number, index: number): void;
  readonly count: number;
  /** All that were added. */
  finish(): Buffer;
}

/** Room for `expected` ticks of a batch, and never more. */
export function copyRows(batch: TickBatchView, expected: number): CopyRows {
  const { data: source } = batch;
  const rows = shape.rows(expected);
  const target = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const backfill = batch.kind === "backfill" ? 1 : 0;
  let at = 0;
  let count = 0;

  const float = (to: number, from: number) => {
    // The same eight bytes, in the other order: NaN keeps its bits.
    target.setUint32(to, source.getUint32(from + 4, true));
    target.setUint32(to + 4, source.getUint32(from, true));
  };

  return {
    get count() {
      return count;
    },
    add(feed, timeMsc, index) {
      const from = tickOffset(index);
      writeTime(target, at + TIME, timeMsc);
      float(at + BID, from + tickFields.bid);
      float(at + ASK, from + tickFields.ask);
      float(at + LAST, from + tickFields.last);
      float(at + VOLUME, from + tickFields.volume);
      target.setInt32(at + FEED, feed);
      target.setInt32(at + ORDINAL, source.getUint16(from + tickFields.ordinal, true));
      target.setInt32(at + FLAGS, source.getInt32(from + tickFields.flags, true));
      target.setInt32(at + OFFSET, batch.utcOffsetSeconds);
      target.setInt16(at + QUALITY, source.getInt16(from + tickFields.quality, true));
      target.setUint8(at + BACKFILL, backfill);
      at += shape.bytes;
      count++;
    },
    finish: () => rows.subarray(0, at),
  };
}

/** The time of tick `index` in UTC, milliseconds since the epoch. */
export const utcMsc = (batch: TickBatchView, index: number): number =>
  readTimeMsc(batch.data, tickOffset(index)) - batch.utcOffsetSeconds * 1000;
