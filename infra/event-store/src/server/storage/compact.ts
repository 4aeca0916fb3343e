import type { DatabaseSync } from "node:sqlite";
import { openForWriting, pragma, sizeOf, statements } from "./database.ts";
import { lockDirectory } from "./directory-lock.ts";
import { MAX_REVISION } from "./event.ts";
import { checkFile, checkHeader } from "./file-check.ts";
import { firstVisible, isSoftDeleted } from "./limits.ts";
import { createReader, type Reader } from "./reader.ts";

/** What a compaction has done so far. */
export interface CompactProgress {
  readonly phase: "removing events" | "giving space back";
  /** Streams looked at, or pages given back. */
  readonly done: number;
  readonly total: number;
}

export interface Compacted {
  readonly removedEvents: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

const STREAMS_A_STEP = 1_000n;
const PAGES_A_STEP = 2_000;

/**
 * Removes for good what no read shows any more (of deleted and truncated streams) and gives the space back to the disk:
 * EventStoreDB's scavenge. The newest event of a stream always stays, so that its numbers go on. Each step is a
 * transaction: it may be interrupted at any moment and run again. Throws `EventStoreDataError`, `IN_USE` while a server
 * runs on the folder.
 */
export function compactEventStore(folder: string, onProgress: (progress: CompactProgress) => void): Compacted {
  const lock = lockDirectory(folder);
  try {
    checkHeader(folder);
    const database = openForWriting(folder);
    try {
      checkFile(database, folder);
      const bytesBefore = sizeOf(database);
      keepNumbers(database);
      const removedEvents = removeHidden(database, onProgress);
      giveBack(database, onProgress);
      return { removedEvents, bytesBefore, bytesAfter: sizeOf(database) };
    } finally {
      database.close();
    }
  } finally {
    lock.release();
  }
}

/** The numbers of categories and types go on from where they are, even if their newest events go. */
function keepNumbers(database: DatabaseSync): void {
  for (const [table, column] of [
    ["categories", "category"],
    ["types", "type"],
  ])
    database.exec(
      `UPDATE ${table} SET next_revision = max(next_revision,
         coalesce((SELECT max(${column}_revision) + 1 FROM events WHERE ${column} = number), 0))`,
    );
}

function removeHidden(database: DatabaseSync, onProgress: (progress: CompactProgress) => void): number {
  const prepare = statements(database);
  const reader = createReader(database);
  const { total } = prepare("SELECT coalesce(max(number), 0) AS total FROM streams").get() as { total: bigint };
  const remove = prepare("DELETE FROM events WHERE stream = ? AND revision < ? AND (revision < ? OR created < ?)");
  let removed = 0;
  for (let from = 1n; from <= total; from += STREAMS_A_STEP) {
    const streams = prepare("SELECT number, name FROM streams WHERE number >= ? AND number < ?").all(
      from,
      from + STREAMS_A_STEP,
    ) as unknown as { number: bigint; name: string }[];
    database.exec("BEGIN IMMEDIATE");
    for (const { number, name } of streams) {
      const hidden = hiddenIn(name, reader);
      if (hidden) removed += Number(remove.run(number, hidden.last, hidden.before, hidden.createdBefore).changes);
    }
    database.exec("COMMIT");
    onProgress({
      phase: "removing events",
      done: Number(min(from + STREAMS_A_STEP - 1n, total)),
      total: Number(total),
    });
  }
  return removed;
}

/** Which events of a stream no read shows: those before a revision, and those that are too old; never the last. */
function hiddenIn(name: string, reader: Reader): { last: bigint; before: bigint; createdBefore: bigint } | undefined {
  const { last, limits, tombstoned } = reader.stream(name);
  const before = tombstoned || isSoftDeleted(limits) ? MAX_REVISION : firstVisible(limits, last);
  const createdBefore = limits.maxAgeMs === undefined ? 0n : BigInt(Date.now()) - limits.maxAgeMs;
  return before > 0n || createdBefore > 0n ? { last, before, createdBefore } : undefined;
}

function giveBack(database: DatabaseSync, onProgress: (progress: CompactProgress) => void): void {
  const total = pragma(database, "freelist_count");
  for (let left = total; left > 0; left = pragma(database, "freelist_count")) {
    // One row a page: the statement must be run to its end.
    database.prepare(`PRAGMA incremental_vacuum(${PAGES_A_STEP})`).all();
    onProgress({ phase: "giving space back", done: total - pragma(database, "freelist_count"), total });
  }
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

const min = (a: bigint, b: bigint) => (a < b ? a : b);
