import type { DatabaseSync, StatementSync } from "node:sqlite";
import { statements } from "./database.ts";
import { type Direction, isMetastream, MAX_REVISION, metastreamOf, type StoredEvent } from "./event.ts";
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
}

export type Reader = ReturnType<typeof createReader>;

const columns =
  "position, streams.name, events.stream, revision, category_revision, type_revision, id, types.name, created, json, data, metadata";
const source = `events CROSS JOIN streams ON streams.number = events.stream CROSS JOIN types ON types.number = events.type`;

/** Streams whose limits are remembered; beyond them all are forgotten and read again. */
const KEPT = 50_000;

/** A page ends when its events carry so much: large events must not fill the memory. */
const PAGE_BYTES = 1024 * 1024;

/** All reading. Synchronous, a page at a time; it sees what is committed and synced. A page is empty at the end only. */
export function createReader(database: DatabaseSync) {
  const prepare = statements(database);
  const limits = new Map<string, Limits>();
  database.function("regexp", { deterministic: true }, matcher());

  const newest = prepare("SELECT coalesce(max(position), 0) AS last FROM events");
  const streamNumber = prepare("SELECT number FROM streams WHERE name = ?");
  const lastOf = prepare("SELECT max(revision) AS last FROM events WHERE stream = ?");

  const numberOf = (stream: string) => (streamNumber.get(stream) as { number: bigint } | undefined)?.number;
  /** As many as were asked for, or fewer if they are large: at least one, if there is one. */
  function rows(statement: StatementSync, ...values: (bigint | number | string)[]): StoredEvent[] {
    const events: StoredEvent[] = [];
    let bytes = 0;
    // Rows as arrays cost half of what objects do, and a history is all rows.
    statement.setReturnArrays(true);
    for (const row of statement.iterate(...values)) {
      const event = eventOf(row as unknown as Row);
      events.push(event);
      bytes += event.data.length + event.metadata.length;
      if (bytes >= PAGE_BYTES) break;
    }
    return events;
  }
  /** A page along an index: `column` equal to `number`, `order` from `from` on. */
  const page = (index: string, column: string, order: string, direction: Direction) =>
    direction === "forwards"
      ? prepare(
          `SELECT ${columns} FROM ${source.replace("events", `events INDEXED BY ${index}`)}
           WHERE events.${column} = ? AND ${order} >= ? AND created >= ? ORDER BY ${order} LIMIT ?`,
        )
      : prepare(
          `SELECT ${columns} FROM ${source.replace("events", `events INDEXED BY ${index}`)}
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
             CROSS JOIN types ON types.number = events.type
           WHERE streams.number - 1 ${compare} ? ORDER BY streams.number ${order} LIMIT ?`,
        ),
        from,
        limit,
      );
    },
    /** The history between two positions, both included. */
    readAll(from: bigint, to: bigint, direction: Direction, limit: number, wanted?: EventPattern): StoredEvent[] {
      const order = direction === "forwards" ? "" : "DESC";
      const range = `SELECT ${columns} FROM ${source} WHERE position BETWEEN ? AND ?`;
      if (!wanted) return rows(prepare(`${range} ORDER BY position ${order} LIMIT ?`), from, to, limit);
      const name = wanted.of === "stream" ? "streams.name" : "types.name";
      return rows(
        prepare(`${range} AND ${name} REGEXP ? ORDER BY position ${order} LIMIT ?`),
        from,
        to,
        wanted.pattern.source,
        limit,
      );
    },
  };
}

type Row = readonly [
  ...[position: bigint, stream: string, streamNumber: bigint, revision: bigint],
  ...[categoryRevision: bigint | null, typeRevision: bigint, id: Uint8Array, type: string],
  ...[created: bigint, json: bigint, data: Uint8Array, metadata: Uint8Array],
];

const eventOf = (row: Row): StoredEvent => ({
  position: row[0],
  stream: row[1],
  streamNumber: row[2],
  revision: row[3],
  categoryRevision: row[4],
  typeRevision: row[5],
  id: row[6],
  type: row[7],
  created: row[8],
  json: row[9],
  data: row[10],
  metadata: row[11],
});

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
