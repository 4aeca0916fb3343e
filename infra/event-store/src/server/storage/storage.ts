import { accessSync, constants, mkdirSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { EventStoreDataError } from "./data-error.ts";
import { createFile, openForReading, openForWriting, openInMemory } from "./database.ts";
import { lockDirectory } from "./directory-lock.ts";
import { checkFile, checkHeader } from "./file-check.ts";
import { createReader, type Reader } from "./reader.ts";
import type { WriteRequest, Written } from "./requests.ts";
import { startWriter } from "./start-writer.ts";
import { createWriter } from "./writer.ts";

export interface Storage {
  readonly reader: Reader;
  /** One group at a time. Throws when storage has failed for good. */
  write(group: readonly WriteRequest[]): Promise<Written>;
  /** Comes true if storage fails for good, with why. */
  readonly died: Promise<Error>;
  close(): Promise<void>;
}

/** Opens the store in a folder, or in memory where none is given. Throws `EventStoreDataError`. */
export function openStorage(folder: string | undefined): Storage {
  return folder === undefined ? inMemory() : onDisk(folder);
}

function inMemory(): Storage {
  const database = openInMemory();
  const writer = createWriter(database);
  return {
    reader: createReader(database),
    write: async (group) => writer.write(group),
    died: new Promise(() => {}),
    close: async () => database.close(),
  };
}

function onDisk(folder: string): Storage {
  makeFolder(folder);
  const lock = lockDirectory(folder);
  let reading: DatabaseSync | undefined;
  try {
    createFile(folder);
    checkHeader(folder);
    const checking = openForWriting(folder);
    try {
      checkFile(checking, folder);
      reading = openForReading(folder);
    } finally {
      checking.close();
    }
    const connection = reading;
    const reader = createReader(connection);
    const writer = startWriter(folder);
    return {
      reader,
      write: writer.write,
      died: writer.died,
      async close() {
        connection.close();
        await writer.close();
        lock.release();
      },
    };
  } catch (error) {
    reading?.close();
    lock.release();
    throw error;
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new EventStoreDataError(
      "NO_FOLDER",
      `${folder} is no folder that this program can write to (${(cause as NodeJS.ErrnoException).code}): name another`,
      { cause },
    );
  }
}
