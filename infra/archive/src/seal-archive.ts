import { randomBytes } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { constants, createZstdCompress } from "node:zlib";
import { CHUNK_BYTES, createChunkCipher, keyCheckOf } from "./chunk-cipher.ts";
import { ArchiveHeader, MAGIC, type SealedHeader } from "./header.ts";
import { piecesOf } from "./pieces.ts";

/**
 * A tenant's bytes as an archive, piece by piece: compressed (zstd, RFC 8878), then sealed. Memory does not grow with
 * the content. `tenantKey`: 32 bytes.
 * Layout: magic (8 bytes), length of the header (u32, little endian), header (JSON), then chunks of 64 KiB of compressed
 * content, each with its tag of 16 bytes; the last is shorter, maybe empty.
 */
export async function* sealArchive(
  header: ArchiveHeader,
  tenantKey: Buffer,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  const salt = randomBytes(32);
  const head = headOf({
    ...ArchiveHeader.parse(header),
    salt: salt.toString("base64"),
    keyCheck: keyCheckOf(tenantKey, salt),
  });
  yield head;
  const { seal } = createChunkCipher(tenantKey, salt, head);
  const source = Readable.from(content, { objectMode: false });
  const compressed = createZstdCompress({ chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  pipeline(source, compressed, () => undefined);
  const pieces = piecesOf(compressed);
  try {
    for (let isLast = false; !isLast; ) {
      const plain = await pieces.take(CHUNK_BYTES);
      isLast = plain.length < CHUNK_BYTES || (await pieces.isAtEnd());
      yield seal(plain, isLast);
    }
  } finally {
    await pieces.end();
  }
}

function headOf(header: SealedHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([MAGIC, length, json]);
}
