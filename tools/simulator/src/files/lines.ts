import { open } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";
import { TickFileError } from "./tick-file-error.ts";

/** RFC 1952 section 2.3.1. */
const GZIP_MAGIC = 0x1f8b;
const UTF16_LE_MARK = 0xfffe;
const MAX_LINE = 10_000;

/**
 * The lines of a text file as they are read, some at a time, without their ends; gzipped or not, UTF-8 or (as
 * terminals like to write) UTF-16, as its first bytes say. Throws TickFileError where it cannot be read.
 */
export async function* linesOf(file: string): AsyncGenerator<readonly string[]> {
  let decoder: TextDecoder | undefined;
  let rest = "";
  for await (const chunk of bytesOf(file)) {
    decoder ??= new TextDecoder(startsWith(chunk, UTF16_LE_MARK) ? "utf-16le" : "utf-8");
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw new TickFileError(file, undefined, "this is not a text of lines");
    yield lines.map(withoutReturn);
  }
  rest += decoder?.decode() ?? "";
  if (rest !== "") yield [withoutReturn(rest)];
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  const unreadable = (cause: unknown) => {
    const { code = "damaged" } = cause as NodeJS.ErrnoException;
    return new TickFileError(file, undefined, `cannot be read (${code})`, { cause });
  };
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(error);
  });
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    const content: Readable = handle.createReadStream({ start: 0, autoClose: false });
    yield* startsWith(buffer, GZIP_MAGIC) ? pipeline(content, createGunzip(), () => undefined) : content;
  } catch (error) {
    throw unreadable(error);
  } finally {
    await handle.close();
  }
}

const startsWith = (bytes: Uint8Array, mark: number): boolean => ((bytes[0] ?? 0) << 8) + (bytes[1] ?? 0) === mark;
