import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { openForReading, sizeOf, syncFolder, torn } from "./database.ts";
import { checkHeader } from "./file-check.ts";

export interface BackupProgress {
  readonly done: number;
  /** Bytes. */
  readonly total: number;
}

export interface BackedUp {
  /** The newest event that is in the backup. */
  readonly position: bigint;
  readonly bytes: number;
}

/** How often progress is told, in milliseconds. */
const EVERY_MS = 500;

/**
 * Copies the store to one file, as of one moment, while a server writes to it. The copy is read back, page by page,
 * before it gets its name: a file of that name is a good one. To restore it, put it into an empty folder as
 * `events.sqlite`. Throws if there is such a file already, and `EventStoreDataError`.
 */
export async function backupEventStore(
  folder: string,
  file: string,
  onProgress: (progress: BackupProgress) => void,
): Promise<BackedUp> {
  if (existsSync(file)) throw new Error(`${file} is there already: name another file`);
  checkHeader(folder);
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  const source = openForReading(folder);
  const total = sizeOf(source);
  const timer = setInterval(
    () => onProgress({ done: Math.min(total, statSync(unfinished, { throwIfNoEntry: false })?.size ?? 0), total }),
    EVERY_MS,
  );
  try {
    // In one step: between steps a writer would make it begin anew.
    await backup(source, unfinished, { rate: 2 ** 30 });
    const position = readBack(unfinished);
    await sync(unfinished);
    renameSync(unfinished, file);
    syncFolder(dirname(file));
    return { position, bytes: statSync(file).size };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    clearInterval(timer);
    source.close();
  }
}

function readBack(file: string): bigint {
  const copy = new DatabaseSync(file);
  try {
    const [result] = Object.values(copy.prepare("PRAGMA quick_check(1)").get() ?? {});
    if (result !== "ok") throw torn(file, String(result));
    const newest = copy.prepare("SELECT coalesce(max(position), 0) AS position FROM events");
    newest.setReadBigInts(true);
    return (newest.get() as { position: bigint }).position;
  } finally {
    copy.close();
  }
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
