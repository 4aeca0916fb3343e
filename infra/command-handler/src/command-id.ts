import { hash } from "node:crypto";
import { type CommandEnvelope, canonicalJson, type IdempotencyKey } from "@tradesage/contracts";

/** Namespace of command ids (RFC 9562 §5.5): a random UUID, made once for this purpose, never to be changed. */
const NAMESPACE = Buffer.from("8b0c1b5e5f0b4d0c9a6f3f4f6f0f9c1d", "hex");

/**
 * The id of a command: UUIDv5 of its stream, whose name begins with the tenant, and the client's Idempotency-Key. The
 * same intention has the same id at every repeat; the same key in another tenant, or for another aggregate, has another.
 */
export function commandIdOf(stream: string, key: IdempotencyKey): string {
  const digest = hash("sha1", Buffer.concat([NAMESPACE, Buffer.from(`${stream}\n${key}`)]), "buffer");
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** SHA-256, in hex, of what the command asks for: equal for equal bodies, whatever the order of their fields. */
export const digestOf = ({ command, data }: Pick<CommandEnvelope, "command" | "data">): string =>
  hash("sha256", canonicalJson({ command, data }));
