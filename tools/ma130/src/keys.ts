import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const { utils } = createRequire(import.meta.url)("ssh2") as typeof import("ssh2");

export interface KeyPair {
  /** In OpenSSH's form. */
  readonly privateKey: string;
  /** A line of `authorized_keys`. */
  readonly publicKey: string;
}

/** A new Ed25519 pair. ssh2 1.17 writes a key that begins with a zero byte without it, and cannot read that: another is made. */
export function createKeyPair(): KeyPair {
  for (;;) {
    const { private: privateKey, public: publicKey } = utils.generateKeyPairSync("ed25519");
    const isWhole = [privateKey, publicKey].every((key) => !(utils.parseKey(key) instanceof Error));
    if (isWhole) return { privateKey, publicKey };
  }
}

/** Reads a key of either kind. Throws where it is none. */
export function parseKey(text: string) {
  const key = utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
}

/** A key as clients pin it and as OpenSSH prints it: `SHA256:` and Base64 without padding. */
export const fingerprintOf = (key: string): string =>
  `SHA256:${createHash("sha256").update(parseKey(key).getPublicSSH()).digest("base64").replace(/=+$/, "")}`;
