import { isMetastream, MAX_REVISION } from "./event.ts";

/** What a stream's metadata says about which of its events are still to be seen. */
export interface Limits {
  /** The first revision that counts; 2^63-1 for a soft-deleted stream. */
  readonly truncateBefore: bigint;
  readonly maxCount: bigint | undefined;
  readonly maxAgeMs: bigint | undefined;
}

const unlimited: Limits = { truncateBefore: 0n, maxCount: undefined, maxAgeMs: undefined };
const newestOnly: Limits = { ...unlimited, maxCount: 1n };

/** Streams of which only the newest event is ever asked for, whatever their metadata says. */
const keepsNewest = (stream: string): boolean =>
  isMetastream(stream) ||
  stream === "$persistentSubscriptionConfig" ||
  (stream.startsWith("$persistentsubscription-") && stream.endsWith("-checkpoint"));

/** The limits of a stream whose newest metadata event carries `metadata`. Malformed metadata limits nothing. */
export function limitsOf(stream: string, metadata: Uint8Array | undefined): Limits {
  if (keepsNewest(stream)) return newestOnly;
  if (metadata === undefined) return unlimited;
  const json = parseMetadata(metadata);
  const maxAge = whole(json["$maxAge"]);
  return {
    truncateBefore: whole(json["$tb"]) ?? 0n,
    maxCount: whole(json["$maxCount"]),
    maxAgeMs: maxAge === undefined ? undefined : maxAge * 1000n,
  };
}

export const isSoftDeleted = ({ truncateBefore }: Limits): boolean => truncateBefore === MAX_REVISION;

/** The first revision that `$maxCount` and `$tb` let be seen, in a stream whose newest is `last`. */
export function firstVisible({ truncateBefore, maxCount }: Limits, last: bigint): bigint {
  const byCount = maxCount === undefined ? 0n : last - maxCount + 1n;
  return truncateBefore > byCount ? truncateBefore : byCount > 0n ? byCount : 0n;
}

/** Metadata with another `$tb`, everything else as it was. */
export function withTruncateBefore(metadata: Uint8Array | undefined, truncateBefore: bigint): Uint8Array {
  const json = metadata === undefined ? {} : parseMetadata(metadata);
  // 2^63-1 is no double: its digits are put in as text.
  return Buffer.from(JSON.stringify({ ...json, $tb: "$tb" }).replace('"$tb":"$tb"', () => `"$tb":${truncateBefore}`));
}

function parseMetadata(metadata: Uint8Array): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(Buffer.from(metadata).toString("utf8"));
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function whole(value: unknown): bigint | undefined {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) return undefined;
  const exact = BigInt(value);
  return exact > MAX_REVISION ? MAX_REVISION : exact;
}
