import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { EventStoreDataError } from "./data-error.ts";

/** "TSES", in the header of the file: what tells our files from any other SQLite file. */
export const APPLICATION_ID = 0x54534553;
export const SCHEMA_VERSION = 1;

const schema = `
  CREATE TABLE streams (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  -- next_revision: no event of the category or type that comes may be numbered below, though older ones were compacted.
  CREATE TABLE categories (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next_revision INTEGER NOT NULL) STRICT;
  CREATE TABLE types (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, next_revision INTEGER NOT NULL) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    revision INTEGER NOT NULL,
    category INTEGER REFERENCES categories,
    category_revision INTEGER,
    type INTEGER NOT NULL REFERENCES types,
    type_revision INTEGER NOT NULL,
    created INTEGER NOT NULL,
    json INTEGER NOT NULL,
    id BLOB NOT NULL,
    data BLOB NOT NULL,
    metadata BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE UNIQUE INDEX events_by_category ON events (category, category_revision) WHERE category IS NOT NULL;
  CREATE UNIQUE INDEX events_by_type ON events (type, type_revision);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Each connection keeps at most so much of the file in memory, in KiB; the system keeps what else is in use. */
const CACHE_KIB = 8 * 1024;
/** The write-ahead log is cut back to this after it had to grow. */
const LOG_BYTES = 64 * 1024 * 1024;
/** How long a connection waits for another, which is a backup's or the reader's. */
const BUSY_MS = 5_000;

export const fileIn = (folder: string): string => join(folder, "events.sqlite");

/** Makes an empty file where there is none. It gets its name when it is whole: a crash leaves all of it or nothing. */
export function createFile(folder: string): void {
  if (existsSync(fileIn(folder))) return;
  const unfinished = `${fileIn(folder)}.new`;
  rmSync(unfinished, { force: true });
  const database = new DatabaseSync(unfinished);
  createSchema(database);
  database.close();
  renameSync(unfinished, fileIn(folder));
  syncFolder(folder);
}

/** A name in a folder outlives a power cut only once the folder is synced. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function createSchema(database: DatabaseSync): void {
  // Incremental: compaction can give space back without a second copy of the file.
  database.exec(`PRAGMA auto_vacuum = INCREMENTAL; BEGIN; ${schema} COMMIT;`);
}

/** A store that lives and dies with the process. */
export function openInMemory(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  createSchema(database);
  return database;
}

export function openForWriting(folder: string): DatabaseSync {
  const database = new DatabaseSync(fileIn(folder), { timeout: BUSY_MS });
  try {
    // FULL: a commit returns when the disk has it.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;");
    database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA journal_size_limit = ${LOG_BYTES};`);
    return database;
  } catch (error) {
    database.close();
    throw explained(error, folder);
  }
}

/** A second connection, for reading beside the writer: it sees what is committed and synced. */
export function openForReading(folder: string): DatabaseSync {
  const database = new DatabaseSync(fileIn(folder), { readOnly: true, timeout: BUSY_MS });
  database.exec(`PRAGMA cache_size = -${CACHE_KIB};`);
  return database;
}

/** SQLite's result codes: another connection has the file, the disk is full, the file is damaged, or never was a database. */
export const SQLITE_BUSY = 5;
export const SQLITE_FULL = 13;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Whether SQLite failed for one of these reasons. Its extended codes carry the reason in their lowest byte. */
export const failedFor = (error: unknown, ...reasons: readonly number[]): boolean =>
  reasons.includes(((error as { errcode?: number }).errcode ?? 0) & 0xff);

/** What SQLite says about an unreadable file, in words that say what to do. */
export const explained = (error: unknown, folder: string): unknown =>
  failedFor(error, SQLITE_NOTADB, SQLITE_CORRUPT)
    ? torn(fileIn(folder), "its pages do not fit together", error)
    : error;

export const torn = (file: string, what: string, cause?: unknown): EventStoreDataError =>
  new EventStoreDataError(
    "TORN_FILE",
    `${file} is damaged: ${what}. Put the newest backup in its place (docs/event-store.md), and keep this one`,
    { cause },
  );

export const pragma = (database: DatabaseSync, name: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);

/** The length that the file has once the write-ahead log is in it. */
export const sizeOf = (database: DatabaseSync): number =>
  pragma(database, "page_count") * pragma(database, "page_size");

/** Statements by their text, each prepared once; integers come as bigint. */
export function statements(database: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = database.prepare(sql);
      statement.setReadBigInts(true);
      prepared.set(sql, statement);
    }
    return statement;
  };
}
