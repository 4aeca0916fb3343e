import { hash } from "node:crypto";

/** RFC 9562, appendix A: the namespace for names that are URLs. Ours begin with `tradesage:event:`. */
const NAMESPACE = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");

/**
 * The id of the `index`th event of a command: a UUID of version 5, the same at every attempt, so that an append whose
 * answer was lost can be repeated without a second effect.
 */
export function eventIdFor(commandId: string, index: number): string {
  const name = Buffer.from(`tradesage:event:${commandId}:${index}`);
  const digest = hash("sha1", Buffer.concat([NAMESPACE, name]));
  const [version, variant] = ["5", VARIANTS[Number.parseInt(digest.charAt(16), 16) & 3]];
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-${version}${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/** The digits whose first two bits are 10: RFC 9562, section 4.1. */
const VARIANTS = "89ab";
