import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { SealedHeader } from "./header.ts";

/** Plain bytes of a chunk; only the last has fewer. */
export const CHUNK_BYTES = 65_536;
export const TAG_BYTES = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) of one chunk after the other: the STREAM construction of Hoang, Reyhanitabar, Rogaway
 * and Vizár ("Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015). A chunk's nonce is
 * its number and whether it is the last, so that none can be moved, repeated, left out or made the last. The key is the
 * archive's own, so that a number is never used twice under one.
 */
export function createChunkCipher(tenantKey: Buffer, salt: Buffer, head: Buffer) {
  const key = Buffer.from(hkdfSync("sha256", tenantKey, salt, "tradesage archive v1", 32));
  let number = 0;
  const nonce = (isLast: boolean) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUIntBE(number++, 5, 6);
    bytes[11] = isLast ? 1 : 0;
    return bytes;
  };
  return {
    seal(plain: Buffer, isLast: boolean): Buffer {
      const cipher = createCipheriv("aes-256-gcm", key, nonce(isLast)).setAAD(head);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    /** Throws where the chunk is not the one that was sealed at this place. */
    open(sealed: Buffer, isLast: boolean): Buffer {
      const decipher = createDecipheriv("aes-256-gcm", key, nonce(isLast), { authTagLength: TAG_BYTES }).setAAD(head);
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    },
  };
}

/** Tells a wrong key from a damaged archive, and nothing of the key. */
export const keyCheckOf = (tenantKey: Buffer, salt: Buffer): SealedHeader["keyCheck"] =>
  Buffer.from(hkdfSync("sha256", tenantKey, salt, "tradesage archive key check v1", 16)).toString("base64");
