import type { DatabaseSync } from "node:sqlite";
import { statements } from "./database.ts";
import { type Direction, isMetastream, MAX_REVISION, metastreamOf, type StoredEvent } from "./event.ts";
import { columns, createEventRows } from "./event-rows.ts";
import { isSoftDeleted, type Limits, limitsOf } from "./limits.ts";

/** What a stream looks like to a reader. */
export interface StreamView {
  readonly last: bigint;
  readonly tombstoned: boolean;
  readonly softDeleted: boolean;
  readonly limits: Limits;
}

/** Which events of the whole history are wanted: those whose stream's name or type matches. */
export interface EventPattern {
  readonly of: "stream" | "type";
  readonly pattern: RegExp;
  /** Beginnings of which `pattern` is made; none where it says more. */
  readonly prefixes: readonly string[];
}

export type Reader = ReturnType<typeof createReader>;

/** Streams whose limits are remembered; beyond them all are forgotten and read again. */
const KEPT = 50_000;

/** All reading. Synchronous, a page at a time; it sees what is committed and synced. A page is empty at the end only. */
export function createReader(database: DatabaseSync) {
  const prepare = statements(database);
  const rows = createEventRows(prepare);
  const limits = new Map<string, Limits>();
  database.function("regexp", { deterministic: true }, matcher());

  const newest = prepare("SELECT coalesce(max(position), 0) AS last FROM events");
  const streamNumber = prepare("SELECT number FROM streams WHERE name = ?");
  const lastOf = prepare("SELECT max(revision) AS last FROM events WHERE stream = ?");

  const numberOf = (stream: string) => (streamNumber.get(stream) as { number: bigint } | undefined)?.number;
  /** A page along an index: `column` equal to `number`, `order` from `from` on. */
  const page = (index: string, column: string, order: string, direction: Direction) =>
    direction === "forwards"
      ? prepare(
          `SELECT ${columns} FROM events INDEXED BY ${index}
           WHERE events.${column} = ? AND ${order} >= ? AND created >= ? ORDER BY ${order} LIMIT ?`,
        )
      : prepare(
          `SELECT ${columns} FROM events INDEXED BY ${index}
           WHERE events.${column} = ? AND ${order} <= ? AND created >= ? ORDER BY ${order} DESC LIMIT ?`,
        );

  function limitsFor(stream: string): Limits {
    const known = limits.get(stream);
    if (known) return known;
    const metastream = isMetastream(stream) ? undefined : numberOf(metastreamOf(stream));
    const metadata =
      metastream === undefined
        ? undefined
        : (prepare("SELECT data FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1").get(metastream) as
            | { data: Uint8Array }
            | undefined);
    const found = limitsOf(stream, metadata?.data);
    if (limits.size >= KEPT) limits.clear();
    limits.set(stream, found);
    return found;
  }

  return {
    lastPosition: (): bigint => (newest.get() as { last: bigint }).last,

    stream(name: string): StreamView {
      const number = numberOf(name);
      const last = number === undefined ? null : (lastOf.get(number) as { last: bigint | null }).last;
      const found = limitsFor(name);
      return { last: last ?? -1n, tombstoned: last === MAX_REVISION, softDeleted: isSoftDeleted(found), limits: found };
    },
    /** Its metadata changed. */
    forgetLimits: (stream: string): boolean => limits.delete(stream),

    readStream(name: string, from: bigint, direction: Direction, limit: number, createdFrom = 0n): StoredEvent[] {
      const number = numberOf(name);
      if (number === undefined) return [];
      return rows(page("events_by_stream", "stream", "revision", direction), number, from, createdFrom, limit);
    },
    readCategory(name: string, from: bigint, direction: Direction, limit: number): StoredEvent[] {
      const found = prepare("SELECT number FROM categories WHERE name = ?").get(name) as { number: bigint } | undefined;
      if (!found) return [];
      return rows(
        page("events_by_category", "category", "category_revision", direction),
        found.number,
        from,
        0n,
        limit,
      );
    },
    readType(name: string, from: bigint, direction: Direction, limit: number): StoredEvent[] {
      const found = prepare("SELECT number FROM types WHERE name = ?").get(name) as { number: bigint } | undefined;
      if (!found) return [];
      return rows(page("events_by_type", "type", "type_revision", direction), found.number, from, 0n, limit);
    },
    /** The oldest event of each stream that was not compacted away, in the order in which the streams came to be. */
    readFirstEvents(from: bigint, direction: Direction, limit: number): StoredEvent[] {
      const [compare, order] = direction === "forwards" ? [">=", ""] : ["<=", "DESC"];
      return rows(
        prepare(
          `SELECT ${columns} FROM streams CROSS JOIN events ON events.stream = streams.number
               AND revision = (SELECT min(revision) FROM events AS oldest WHERE oldest.stream = streams.number)
           WHERE streams.number - 1 ${compare} ? ORDER BY streams.number ${order} LIMIT ?`,
        ),
        from,
        limit,
      );
    },
    /** The history between two positions, both included. */
    readAll(from: bigint, to: bigint, direction: Direction, limit: number, wanted?: EventPattern): StoredEvent[] {
      const order = direction === "forwards" ? "" : "DESC";
      const range = (names: string, condition: string) =>
        prepare(
          `SELECT ${columns} FROM events ${names} WHERE position BETWEEN ? AND ? ${condition} ORDER BY position ${order} LIMIT ?`,
        );
      if (!wanted) return rows(range("", ""), from, to, limit);
      const names = wanted.of === "stream" ? "streams" : "types";
      const { condition, values } = conditionOf(wanted);
      return rows(
        range(`CROSS JOIN ${names} ON ${names}.number = events.${wanted.of}`, `AND ${condition}`),
        ...[from, to, ...values, limit],
      );
    },
  };
}

/** Beginnings that SQLite compares by itself: an expression is ours to match, which takes far longer. */
const MOST_PREFIXES = 8;

function conditionOf({ prefixes, pattern }: EventPattern) {
  if (prefixes.length === 0 || prefixes.length > MOST_PREFIXES)
    return { condition: "name REGEXP ?", values: [pattern.source] };
  return { condition: `(${prefixes.map(() => "instr(name, ?) = 1").join(" OR ")})`, values: prefixes };
}

/** SQLite's `value REGEXP pattern`: expressions are compiled once. */
function matcher(): (pattern: unknown, value: unknown) => number {
  const compiled = new Map<unknown, RegExp>();
  return (pattern, value) => {
    let expression = compiled.get(pattern);
    if (!expression) {
      if (compiled.size >= 1_000) compiled.clear();
      expression = new RegExp(String(pattern));
      compiled.set(pattern, expression);
    }
    return expression.test(String(value)) ? 1 : 0;
  };
}
