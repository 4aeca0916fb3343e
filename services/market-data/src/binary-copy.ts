import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PoolClient } from "@tradesage/postgres";
import { from as copyFrom } from "pg-copy-streams";

/** PGCOPY's signature, then no flags and no header extension (PostgreSQL manual, COPY, Binary Format). */
const SIGNATURE = Buffer.from("5047434f50590aff0d0a000000000000000000", "hex");
const TRAILER = Buffer.from([0xff, 0xff]);
/** 2000-01-01, from where Postgres counts microseconds. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** Rows of fields of fixed lengths, none of them null: what stands between the values is the same in each. */
export interface RowShape {
  readonly bytes: number;
  /** Where each field's value is. */
  readonly offsets: readonly number[];
  /** `count` rows with everything but the values. */
  rows(count: number): Buffer<ArrayBuffer>;
}

/** A row of fields with these lengths in bytes. */
export function rowShape(lengths: readonly number[]): RowShape {
  const offsets: number[] = [];
  let bytes = 2;
  for (const length of lengths) {
    offsets.push(bytes + 4);
    bytes += 4 + length;
  }
  const empty = Buffer.alloc(bytes);
  empty.writeInt16BE(lengths.length);
  for (const [field, offset] of offsets.entries()) empty.writeInt32BE(lengths[field] ?? 0, offset - 4);
  return { bytes, offsets, rows: (count) => Buffer.alloc(count * bytes, empty) };
}

/** A `timestamptz`, from milliseconds since 1970. */
export function writeTime(target: DataView, at: number, timeMsc: number): void {
  const micros = (timeMsc - POSTGRES_EPOCH_MS) * 1000;
  const high = Math.floor(micros / 2 ** 32);
  target.setInt32(at, high);
  target.setUint32(at + 4, micros - high * 2 ** 32);
}

/** Copies rows into a table, as they are made: the next are made while Postgres takes the ones before. */
export async function copyInto(
  client: PoolClient,
  table: string,
  columns: readonly string[],
  rows: Iterable<Buffer>,
): Promise<void> {
  function* framed() {
    yield SIGNATURE;
    yield* rows;
    yield TRAILER;
  }
  await pipeline(
    Readable.from(framed()),
    client.query(copyFrom(`copy ${table} (${columns.join(", ")}) from stdin (format binary)`)),
  );
}
