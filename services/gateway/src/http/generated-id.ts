import { hash } from "node:crypto";
import type { IdempotencyKey, Scope } from "@tradesage/contracts";

/** Namespace of generated ids (RFC 9562 §5.5): a random UUID, made once for this purpose, never to be changed. */
const NAMESPACE = Buffer.from("5f0c7a1e9d244b6a8e313c52a9b7d604", "hex");

/** The id of what a command makes, where the client gave none: a repeat of the command has the same one (UUIDv5). */
export function generatedId(scope: Scope, path: string, key: IdempotencyKey): string {
  const digest = hash("sha1", Buffer.concat([NAMESPACE, Buffer.from(`${scope}\n${path}\n${key}`)]), "buffer");
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
