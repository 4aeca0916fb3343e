import { open, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

const intervalMs = 200;
/** No more than this is taken from a file at a time. */
const largestRead = 1024 * 1024;

interface Followed {
  name: string;
  file: string;
  offset: number;
  /** The begin of a line whose end is not written yet. */
  rest: string;
}

/** Hands on every line that is written to some log files from now on, until the signal. A file may begin anew. */
export async function followLogs(
  files: Readonly<Record<string, string>>,
  onLine: (name: string, line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const followed = await Promise.all(
    Object.entries(files).map(async ([name, file]) => ({ name, file, offset: await sizeOf(file), rest: "" })),
  );
  while (!signal.aborted) {
    for (const one of followed) {
      for (const line of await newLines(one)) onLine(one.name, line);
    }
    await pause(intervalMs, undefined, { signal }).catch(() => {});
  }
}

async function newLines(followed: Followed): Promise<readonly string[]> {
  const size = await sizeOf(followed.file);
  if (size < followed.offset) followed.offset = 0;
  if (size === followed.offset) return [];
  const file = await open(followed.file);
  try {
    const length = Math.min(size - followed.offset, largestRead);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, followed.offset);
    const lines = (followed.rest + buffer.toString("latin1", 0, bytesRead)).split("\n");
    followed.offset += bytesRead;
    followed.rest = lines.pop() ?? "";
    // Bytes first, text last: a read may end within a character.
    return lines.map((line) => Buffer.from(line, "latin1").toString("utf8"));
  } finally {
    await file.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
