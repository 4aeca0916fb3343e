import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { EventStoreDataError } from "./data-error.ts";
import { failedFor, SQLITE_BUSY } from "./database.ts";

/**
 * Keeps a second server out of a data directory. The lock is SQLite's own on a file beside the events, which the
 * kernel lets go with the process: none is ever stale. Throws `IN_USE`.
 */
export function lockDirectory(folder: string): { release(): void } {
  const lock = new DatabaseSync(join(folder, "lock"));
  try {
    // Nothing is ever written into it: without a journal beside it, it is had on a full disk too.
    lock.exec("PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if (!failedFor(cause, SQLITE_BUSY)) throw cause;
    throw new EventStoreDataError(
      "IN_USE",
      `${folder} is in use by another event store: stop that one, or name another directory`,
      { cause },
    );
  }
  return { release: () => lock.close() };
}
