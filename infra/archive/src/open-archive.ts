import { pipeline, Readable } from "node:stream";
import { createZstdDecompress } from "node:zlib";
import type { TenantId } from "@tradesage/contracts";
import { ArchiveError } from "./archive-error.ts";
import { CHUNK_BYTES, createChunkCipher, keyCheckOf, TAG_BYTES } from "./chunk-cipher.ts";
import { type ArchiveHeader, MAGIC, MAX_HEADER_BYTES, SealedHeader } from "./header.ts";
import { type Pieces, piecesOf } from "./pieces.ts";

/** Bytes that are given at once: each piece comes from another thread. */
const PLAIN_BYTES = 256 * 1024;

export interface OpenArchive {
  readonly header: ArchiveHeader;
  /** What was sealed, piece by piece; throws ArchiveError where it is not all there as it was. Taken once. */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Reads an archive of a tenant. What it gives is authentic, but only whole once `content` has ended without an error.
 * @throws ArchiveError, here or while `content` is taken.
 */
export async function openArchive(
  source: AsyncIterable<Uint8Array>,
  tenant: TenantId,
  tenantKey: Buffer,
): Promise<OpenArchive> {
  const pieces = piecesOf(source);
  const { head, sealed } = await readHead(pieces);
  const { salt: saltText, keyCheck, ...header } = sealed;
  const salt = Buffer.from(saltText, "base64");
  if (header.tenant !== tenant)
    throw new ArchiveError("WRONG_TENANT", `the archive is of the tenant ${header.tenant}, not of ${tenant}`);
  if (keyCheckOf(tenantKey, salt) !== keyCheck)
    throw new ArchiveError("WRONG_KEY", `the archive was not sealed with this key of ${tenant}`);
  const compressed = Readable.from(chunks(pieces, createChunkCipher(tenantKey, salt, head)), { objectMode: false });
  const plain = createZstdDecompress({ chunkSize: PLAIN_BYTES });
  // What fails is thrown to who takes the content; who stops taking it lets go of the source.
  pipeline(compressed, plain, () => undefined);
  return { header, content: plain };
}

async function readHead(pieces: Pieces): Promise<{ head: Buffer; sealed: SealedHeader }> {
  const notAnArchive = (cause?: unknown) => new ArchiveError("NOT_AN_ARCHIVE", "this is no archive", { cause });
  const start = await pieces.take(MAGIC.length + 4);
  if (start.length < MAGIC.length + 4 || !start.subarray(0, MAGIC.length).equals(MAGIC)) throw notAnArchive();
  const length = start.readUInt32LE(MAGIC.length);
  if (length > MAX_HEADER_BYTES) throw notAnArchive();
  const json = await pieces.take(length);
  try {
    return { head: Buffer.concat([start, json]), sealed: SealedHeader.parse(JSON.parse(json.toString())) };
  } catch (cause) {
    throw notAnArchive(cause);
  }
}

async function* chunks(pieces: Pieces, { open }: ReturnType<typeof createChunkCipher>): AsyncGenerator<Buffer> {
  try {
    for (let isLast = false; !isLast; ) {
      const sealed = await pieces.take(CHUNK_BYTES + TAG_BYTES);
      isLast = sealed.length < CHUNK_BYTES + TAG_BYTES || (await pieces.isAtEnd());
      yield opened(sealed, isLast);
    }
  } finally {
    await pieces.end();
  }

  function opened(sealed: Buffer, isLast: boolean): Buffer {
    try {
      return open(sealed, isLast);
    } catch (cause) {
      // A chunk that would be right if it were not the last one: what follows it was cut off.
      throw isLast
        ? new ArchiveError("TRUNCATED", "the archive ends too early, or its end was changed", { cause })
        : new ArchiveError("DAMAGED", "the archive was changed", { cause });
    }
  }
}
