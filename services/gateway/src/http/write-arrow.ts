import { makeVector, Table, TimestampMillisecond, tableToIPC, type Vector } from "apache-arrow";
import type { Column, DownloadWriter, Row } from "./download-writer.ts";

/** End of stream: a continuation mark and no length (Arrow columnar format, "IPC Streaming Format"). */
const END = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** An Arrow IPC stream: the schema once, a record batch for each page. */
export function arrowWriter(columns: readonly Column[]): DownloadWriter {
  const tableOf = (rows: readonly Row[]) =>
    new Table(Object.fromEntries(columns.map((column) => [column.name, vectorOf(column, rows)])));
  // Each page is written as a stream of its own, of which only its batch is taken: every message says its length.
  const stream = (rows: readonly Row[]) => tableToIPC(tableOf(rows), "stream");
  const one = stream([Object.fromEntries(columns.map(({ name }) => [name, 0]))]);
  const schemaBytes = 8 + new DataView(one.buffer, one.byteOffset).getInt32(4, true);
  return {
    head: one.slice(0, schemaBytes),
    page: (rows) => stream(rows).subarray(schemaBytes, -END.length),
    tail: END,
  };
}

function vectorOf({ name, type }: Column, rows: readonly Row[]): Vector {
  const values = rows.map((row) => Number(row[name]));
  switch (type) {
    case "time":
      return makeVector({
        ...{ type: new TimestampMillisecond(), length: rows.length, nullCount: 0 },
        data: BigInt64Array.from(values, BigInt),
      } as never);
    case "integer":
      return makeVector(Int32Array.from(values));
    case "number":
      return makeVector(Float64Array.from(values));
    case "text":
    case "object":
      throw new Error(`${name} is ${type}, and only numbers are written as Arrow`);
  }
}
