import type { JsonObject } from "@tradesage/contracts";

/** A column of a download: a field of the answer's items. */
export interface Column {
  readonly name: string;
  readonly type: "time" | "integer" | "number" | "text" | "object";
}

export type Row = JsonObject;

/** Pages of rows in one form: what stands before the first, each page, and what stands behind the last. */
export interface DownloadWriter {
  readonly head: string | Uint8Array;
  page(rows: readonly Row[]): string | Uint8Array;
  readonly tail: string | Uint8Array;
}
