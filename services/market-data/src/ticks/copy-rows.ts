import { readTimeMsc, type TickBatchView, tickFields, tickOffset } from "@tradesage/contracts";

/** The columns of `ticks`, in the order in which rows are encoded. */
export const tickColumns = [
  "time",
  "bid",
  "ask",
  "last",
  "volume",
  "feed",
  "ordinal",
  "flags",
  "utc_offset_seconds",
  "quality",
  "backfill",
] as const;

/** PGCOPY's signature, then no flags and no header extension (PostgreSQL manual, COPY, Binary Format). */
const SIGNATURE = Buffer.from("5047434f50590aff0d0a000000000000000000", "hex");
const TRAILER = Buffer.from([0xff, 0xff]);
/** A count of fields, and eleven of them: each four bytes of length and its value. */
const ROW_BYTES = 2 + 11 * 4 + 5 * 8 + 4 * 4 + 2 + 1;
/** 2000-01-01, from where Postgres counts microseconds. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** Rows of `ticks` in COPY's binary format, written straight into one growing buffer. */
export interface CopyRows {
  /** Adds tick `index` of a batch. `timeMsc` is its time in UTC. */
  add(feed: number, timeMsc: number, batch: TickBatchView, index: number): void;
  readonly count: number;
  /** All of it: signature, rows, trailer. */
  finish(): Buffer;
}

export function copyRows(expected: number): CopyRows {
  let buffer = Buffer.allocUnsafe(SIGNATURE.length + expected * ROW_BYTES + TRAILER.length);
  let at = SIGNATURE.copy(buffer);
  let count = 0;

  const float = (source: DataView, from: number) => {
    at = buffer.writeInt32BE(8, at);
    // The same eight bytes, in the other order: NaN keeps its bits.
    at = buffer.writeUInt32BE(source.getUint32(from + 4, true), at);
    at = buffer.writeUInt32BE(source.getUint32(from, true), at);
  };
  const integer = (value: number) => {
    at = buffer.writeInt32BE(4, at);
    at = buffer.writeInt32BE(value | 0, at);
  };

  return {
    get count() {
      return count;
    },
    add(feed, timeMsc, batch, index) {
      if (at + ROW_BYTES + TRAILER.length > buffer.length) {
        const larger = Buffer.allocUnsafe(buffer.length * 2 + ROW_BYTES);
        buffer.copy(larger, 0, 0, at);
        buffer = larger;
      }
      const { data } = batch;
      const from = tickOffset(index);
      const micros = (timeMsc - POSTGRES_EPOCH_MS) * 1000;
      at = buffer.writeInt16BE(tickColumns.length, at);
      at = buffer.writeInt32BE(8, at);
      at = buffer.writeInt32BE(Math.floor(micros / 2 ** 32), at);
      at = buffer.writeUInt32BE(((micros % 2 ** 32) + 2 ** 32) % 2 ** 32, at);
      float(data, from + tickFields.bid);
      float(data, from + tickFields.ask);
      float(data, from + tickFields.last);
      float(data, from + tickFields.volume);
      integer(feed);
      integer(data.getUint16(from + tickFields.ordinal, true));
      integer(data.getUint32(from + tickFields.flags, true));
      integer(batch.utcOffsetSeconds);
      at = buffer.writeInt32BE(2, at);
      at = buffer.writeInt16BE(data.getInt16(from + tickFields.quality, true), at);
      at = buffer.writeInt32BE(1, at);
      at = buffer.writeUInt8(batch.kind === "backfill" ? 1 : 0, at);
      count++;
    },
    finish: () => Buffer.concat([buffer.subarray(0, at), TRAILER]),
  };
}

/** The time of tick `index` in UTC, milliseconds since the epoch. */
export const utcMsc = (batch: TickBatchView, index: number): number =>
  readTimeMsc(batch.data, tickOffset(index)) - batch.utcOffsetSeconds * 1000;
