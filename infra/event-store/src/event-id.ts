import { hash } from "node:crypto";

/** RFC 9562, appendix A: the namespace for names that are URLs. Ours begin with `tradesage:event:`. */
const NAMESPACE = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");

/**
 * The id of the `index`th event of a command: a UUID of version 5, the same at every attempt, so that an append whose
 * answer was lost can be repeated without a second effect.
 */
export function eventIdFor(commandId: string, index: number): string {
  const name = Buffer.from(`tradesage:event:${commandId}:${index}`);
  const bytes = hash("sha1", Buffer.concat([NAMESPACE, name]), "buffer");
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex", 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
