import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { EventStoreDataError } from "./data-error.ts";
import { APPLICATION_ID, explained, failedFor, fileIn, SCHEMA_VERSION, SQLITE_FULL, sizeOf, torn } from "./database.ts";

/** Files up to this size are checked page by page at every start; larger ones on demand, for that takes minutes. */
const SMALL_BYTES = 64 * 1024 * 1024;

/** Refuses, before SQLite touches it, a file that is not ours, of another version, or cut short. */
export function checkHeader(folder: string): void {
  const file = fileIn(folder);
  const header = Buffer.alloc(100);
  const handle = openSync(file, "r");
  const length = readSync(handle, header);
  closeSync(handle);
  // https://www.sqlite.org/fileformat.html, section 1.3
  if (
    length < 100 ||
    header.toString("latin1", 0, 16) !== "SQLite format 3\0" ||
    header.readUInt32BE(68) !== APPLICATION_ID
  )
    throw new EventStoreDataError(
      "FOREIGN_FILE",
      `${file} is not an event store's: move it away, or name another directory`,
    );
  const version = header.readUInt32BE(60);
  if (version !== SCHEMA_VERSION)
    throw new EventStoreDataError(
      "OTHER_VERSION",
      `${file} is of version ${version}, this program reads version ${SCHEMA_VERSION}: start the program that wrote it`,
    );
}

/** Refuses a file that is shorter than it says, or whose newest events and indexes disagree. */
export function checkFile(database: DatabaseSync, folder: string): void {
  const file = fileIn(folder);
  try {
    const expected = sizeOf(database);
    if (emptiedLog(database) && statSync(file).size < expected)
      throw torn(file, `it is shorter than the ${expected} bytes that it should have`);
    if (newestDisagree(database)) throw torn(file, "its newest events are not where its indexes say");
    if (expected <= SMALL_BYTES) checkPages(database, folder);
  } catch (error) {
    throw explained(error, folder);
  }
}

/**
 * Puts what a crash left in the write-ahead log into the file, whose length is exact then. A full disk may have no room
 * for it: it stays in the log, where it is as safe, and is read from there.
 */
function emptiedLog(database: DatabaseSync): boolean {
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return true;
  } catch (error) {
    if (failedFor(error, SQLITE_FULL)) return false;
    throw error;
  }
}

/** Reads every page. Throws `TORN_FILE`. */
function checkPages(database: DatabaseSync, folder: string): void {
  const [result] = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {});
  if (result !== "ok") throw torn(fileIn(folder), String(result));
}

const newestDisagree = (database: DatabaseSync): boolean =>
  database
    .prepare(
      `SELECT 1 FROM (SELECT position, stream, revision FROM events ORDER BY position DESC LIMIT 1000) AS newest
       LEFT JOIN events AS indexed INDEXED BY events_by_stream
         ON indexed.stream = newest.stream AND indexed.revision = newest.revision
       WHERE indexed.position IS NOT newest.position LIMIT 1`,
    )
    .get() !== undefined;
