import type { RowHash, TableSums } from "./tables.ts";

/** Lines that `psql` takes for comments: where the part begins that is the same for every schema, where a statement and all of them end. */
export const BODY = "-- tradesage: body";
export const END_OF_STATEMENT = "-- tradesage: end";
/** Before what the tables held, as JSON of `TableSums`: by what of their rows was hashed. */
export const SUMS = { values: "-- tradesage: sums of values ", text: "-- tradesage: sums " } as const;
export const END_OF_BODY = "-- tradesage: whole";
/** PostgreSQL manual, COPY, text format: ends the data; no row can look like it, since a backslash in one is doubled. */
export const END_OF_COPY = "\\.";

export type ScriptPart =
  | { readonly kind: "statement"; readonly sql: string }
  | { readonly kind: "sums"; readonly sums: TableSums; readonly hash: RowHash }
  /** `rows` must be taken to its end before the next part. */
  | { readonly kind: "copy"; readonly table: string; readonly sql: string; readonly rows: AsyncIterable<Buffer> };

const NEWLINE = 0x0a;
const END = Buffer.from(`${END_OF_COPY}\n`);

/** The parts of a snapshot's body, in order. Throws where it ends in the middle of one. */
export async function* partsOf(script: AsyncIterable<Uint8Array>): AsyncGenerator<ScriptPart, void, undefined> {
  const lines = linesOf(script);
  for (let line = await lines.next(); line !== BODY; line = await lines.next())
    if (line === undefined) throw new Error("this is no snapshot: it has no body");
  for (let sql: string[] = []; ; ) {
    const line = await lines.next();
    if (line === undefined) throw new Error("the snapshot ends too early");
    if (line === END_OF_BODY) return;
    if (line === END_OF_STATEMENT) {
      if (sql.length > 0) yield { kind: "statement", sql: sql.join("\n") };
      sql = [];
    } else if (line.startsWith("copy ") && line.endsWith(" from stdin;") && sql.length === 0) {
      const [, table = ""] = /^copy "([^"]+)"/.exec(line) ?? [];
      yield { kind: "copy", table, sql: line.slice(0, -1), rows: lines.rows() };
    } else if (line.startsWith(SUMS.text)) {
      const hash = line.startsWith(SUMS.values) ? "values" : "text";
      yield { kind: "sums", sums: JSON.parse(line.slice(SUMS[hash].length)) as TableSums, hash };
    } else sql.push(line);
  }
}

/** Reads lines as text, and the rows of a COPY as the bytes that they are. */
function linesOf(script: AsyncIterable<Uint8Array>) {
  const source = script[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const { done, value } = await source.next();
    if (done) return false;
    held = held.length === 0 ? Buffer.from(value) : Buffer.concat([held, value]);
    return true;
  }

  async function next(): Promise<string | undefined> {
    for (;;) {
      const end = held.indexOf(NEWLINE);
      if (end >= 0) {
        const line = held.toString("utf8", 0, end);
        held = held.subarray(end + 1);
        return line;
      }
      if (!(await more())) {
        if (held.length > 0) throw new Error("the snapshot ends in the middle of a line");
        return undefined;
      }
    }
  }

  async function* rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const end = endOf(held);
      if (end >= 0) {
        if (end > 0) yield held.subarray(0, end);
        held = held.subarray(end + END.length);
        return;
      }
      // Whole lines go on; the last may be the beginning of the end.
      const whole = held.lastIndexOf(NEWLINE) + 1;
      if (whole > 0) {
        yield held.subarray(0, whole);
        held = held.subarray(whole);
      }
      if (!(await more())) throw new Error("the snapshot ends in the middle of its rows");
    }
  }
  return { next, rows };
}

/** Where the line that ends a COPY begins; -1 if it is not there. */
function endOf(bytes: Buffer): number {
  if (bytes.subarray(0, END.length).equals(END)) return 0;
  const at = bytes.indexOf(`\n${END_OF_COPY}\n`);
  return at < 0 ? -1 : at + 1;
}
