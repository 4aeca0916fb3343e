import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Session } from "./session.ts";

/** OpenSSH takes at most 256 KiB in a message; all servers take 32. */
const PIECE_BYTES = 32_768;
/** Messages that are under way at once: enough to fill a link of 50 ms and 160 Mbit/s. */
const AT_ONCE = 32;

/**
 * How much of an unfinished file is surely as it was sent, by its length: pieces are acknowledged in any order, so the
 * last ones may have holes before them.
 */
export const surelyWritten = (length: number): number => Math.max(0, length - AT_ONCE * PIECE_BYTES);

/** Writes a local file's bytes from `start` on to an open remote file, many messages at once. */
export async function send(session: Session, handle: Buffer, file: string, start: number): Promise<void> {
  const { sftp, call } = session;
  const local = await open(file);
  const underWay: Promise<void>[] = [];
  try {
    const pieces = local.createReadStream({ start, highWaterMark: PIECE_BYTES, autoClose: false });
    let at = start;
    for await (const piece of pieces as AsyncIterable<Buffer>) {
      const position = at;
      at += piece.length;
      const writing = call("write", (done) => sftp.write(handle, piece, 0, piece.length, position, done));
      // It is waited for later; a failure before that is not unhandled.
      writing.catch(() => undefined);
      underWay.push(writing);
      if (underWay.length === AT_ONCE) await underWay.shift();
    }
    await Promise.all(underWay);
  } finally {
    await local.close();
  }
}

/** A remote file's bytes from `start` on, in order, many messages ahead of who takes them. */
export async function* receive(
  session: Session,
  handle: Buffer,
  start: number,
): AsyncGenerator<Buffer, void, undefined> {
  const { sftp, call } = session;
  const { size } = await call<{ size: number }>("stat", (done) => sftp.fstat(handle, done));
  const read = (position: number) => {
    const length = Math.min(PIECE_BYTES, size - position);
    const buffer = Buffer.allocUnsafe(length);
    const reading = call<number>("read", (done) =>
      sftp.read(handle, buffer, 0, length, position, (error, count) => done(error, count)),
    ).then((count) => ({ position, piece: buffer.subarray(0, count), asked: length }));
    reading.catch(() => undefined);
    return reading;
  };
  const ahead: ReturnType<typeof read>[] = [];
  let next = start;
  for (;;) {
    for (; ahead.length < AT_ONCE && next < size; next += PIECE_BYTES) ahead.push(read(next));
    const first = ahead.shift();
    if (!first) return;
    const { position, piece, asked } = await first;
    yield piece;
    // A server may give less than it was asked for: the rest of this piece is asked for again.
    for (let got = piece.length; got < asked; ) {
      const rest = await call<Buffer>("read", (done) => {
        const buffer = Buffer.allocUnsafe(asked - got);
        sftp.read(handle, buffer, 0, buffer.length, position + got, (error, count) =>
          done(error, buffer.subarray(0, count)),
        );
      });
      if (rest.length === 0) return;
      got += rest.length;
      yield rest;
    }
  }
}

export interface Digest {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

export async function digestOf(content: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of content) {
    hash.update(piece);
    bytes += piece.byteLength;
  }
  return { bytes, sha256: hash.digest("hex") };
}
