import { closeSync, openSync, readSync, renameSync, statSync } from "node:fs";

const largest = 10 * 1024 * 1024;

/**
 * Opens the log file of a process that is about to start and hands the descriptor to `use`. A file above 10 MiB is
 * first put aside as `.1`, in place of the one before it.
 */
export function withLogFile<Result>(file: string, use: (descriptor: number) => Result): Result {
  if (sizeOf(file) > largest) renameSync(file, `${file}.1`);
  const descriptor = openSync(file, "a", 0o600);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The last lines of a log file, as far as they stand in its last 64 KiB. */
export function lastLines(file: string, count: number): readonly string[] {
  const size = sizeOf(file);
  const bytes = Buffer.alloc(Math.min(size, 64 * 1024));
  if (bytes.length === 0) return [];
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
  } finally {
    closeSync(descriptor);
  }
  return bytes.toString("utf8").trimEnd().split("\n").slice(-count);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
