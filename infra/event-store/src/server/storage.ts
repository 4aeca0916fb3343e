import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** An event as it lies on the disk. */
export interface StoredEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  /** 100 ns since 1970, as EventStoreDB counts. */
  readonly created: bigint;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type ProposedEvent = Pick<StoredEvent, "id" | "type" | "contentType" | "data" | "metadata">;
export type Direction = "forwards" | "backwards";

/** Events in SQLite. Calls are synchronous: a commit returns when the disk has it. */
export interface Storage {
  /** The stream's newest revision; -1 where it does not exist. */
  lastRevision(stream: string): bigint;
  lastPosition(): bigint;
  insert(event: StoredEvent): void;
  /** Runs `work` in one transaction with one sync; an error undoes all of it. */
  transaction(work: () => void): void;
  readStream(stream: string, from: bigint, direction: Direction, limit: number): StoredEvent[];
  readAll(from: bigint, direction: Direction, limit: number): StoredEvent[];
  close(): void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS streams (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    created INTEGER NOT NULL,
    data BLOB NOT NULL,
    metadata BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);
`;
const columns =
  "position, streams.name AS stream, revision, id, type, content_type AS contentType, created, data, metadata";

/** Opens the store in a folder, or in memory where none is given. */
export function openStorage(folder: string | undefined): Storage {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(folder === undefined ? ":memory:" : join(folder, "events.sqlite"));
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  database.exec(schema);
  const prepare = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };
  const newStream = prepare("INSERT INTO streams (name) VALUES (?) RETURNING number");
  const findStream = prepare(
    "SELECT number, (SELECT max(revision) FROM events WHERE stream = number) AS last FROM streams WHERE name = ?",
  );
  const insertEvent = prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const reads = {
    stream: {
      forwards: prepare(
        `SELECT ${columns} FROM events JOIN streams ON number = stream WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`,
      ),
      backwards: prepare(
        `SELECT ${columns} FROM events JOIN streams ON number = stream WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`,
      ),
    },
    all: {
      forwards: prepare(
        `SELECT ${columns} FROM events JOIN streams ON number = stream WHERE position >= ? ORDER BY position LIMIT ?`,
      ),
      backwards: prepare(
        `SELECT ${columns} FROM events JOIN streams ON number = stream WHERE position <= ? ORDER BY position DESC LIMIT ?`,
      ),
    },
  };
  const numbers = new Map<string, bigint>();
  let last = (prepare("SELECT coalesce(max(position), 0) AS last FROM events").get() as { last: bigint }).last;

  const find = (stream: string) => findStream.get(stream) as { number: bigint; last: bigint | null } | undefined;
  const numberOf = (stream: string): bigint | undefined => {
    const known = numbers.get(stream);
    if (known !== undefined) return known;
    const number = find(stream)?.number;
    if (number !== undefined) numbers.set(stream, number);
    if (numbers.size > 100_000) numbers.clear();
    return number;
  };
  return {
    lastRevision: (stream) => find(stream)?.last ?? -1n,
    lastPosition: () => last,
    insert(event) {
      const number = numberOf(event.stream) ?? (newStream.get(event.stream) as { number: bigint }).number;
      insertEvent.run(
        event.position,
        number,
        event.revision,
        event.id,
        event.type,
        event.contentType,
        event.created,
        event.data,
        event.metadata,
      );
      last = event.position;
    },
    transaction(work) {
      const before = last;
      database.exec("BEGIN IMMEDIATE");
      try {
        work();
        database.exec("COMMIT");
      } catch (error) {
        last = before;
        numbers.clear();
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    readStream(stream, from, direction, limit) {
      const number = numberOf(stream);
      return number === undefined ? [] : (reads.stream[direction].all(number, from, limit) as unknown as StoredEvent[]);
    },
    readAll: (from, direction, limit) => reads.all[direction].all(from, limit) as unknown as StoredEvent[],
    close: () => database.close(),
  };
}
