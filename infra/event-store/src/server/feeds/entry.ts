import { createHash } from "node:crypto";
import type { StoredEvent } from "../storage/event.ts";
import { firstVisible } from "../storage/limits.ts";
import type { Reader } from "../storage/reader.ts";
import { uuidOf } from "../storage/uuid.ts";

/** One line of a feed: an event, an event and the link that led to it, or a link to nothing. */
export interface Entry {
  /** Its place in the feed: a revision, or in `$all` a position. */
  readonly key: bigint;
  readonly position: bigint;
  readonly event?: StoredEvent;
  readonly link?: StoredEvent;
}

/** The type of an event that points to another, which its data names as `revision@stream`. */
const LINK = "$>";

/** An event as a line of its own stream or of `$all`, followed to where it points if it is a link. */
export function entryOf(event: StoredEvent, key: bigint, resolve: boolean, reader: Reader): Entry {
  const { position } = event;
  if (!resolve || event.type !== LINK) return { key, position, event };
  const target = targetOf(event, reader);
  return { key, position, link: event, ...(target && { event: target }) };
}

function targetOf(link: StoredEvent, reader: Reader): StoredEvent | undefined {
  const [, revision, stream] = /^(\d{1,19})@(.+)$/s.exec(Buffer.from(link.data).toString("utf8")) ?? [];
  if (revision === undefined || stream === undefined) return undefined;
  const [target] = reader.readStream(stream, BigInt(revision), "forwards", 1);
  return target && target.revision === BigInt(revision) && isVisible(target, reader) ? target : undefined;
}

/** An event as a line of an index (`$ce-…`, `$et-…`, `$streams`): a link that is made here, and never was written. */
export function indexEntry(index: string, event: StoredEvent, key: bigint, resolve: boolean, reader: Reader): Entry {
  const { position } = event;
  const link: StoredEvent = {
    ...event,
    stream: index,
    revision: key,
    id: linkId(index, event),
    type: LINK,
    json: 0n,
    data: Buffer.from(`${event.revision}@${event.stream}`),
    metadata: Buffer.from(JSON.stringify({ $causedBy: uuidOf(event.id) })),
  };
  if (!resolve) return { key, position, event: link };
  return { key, position, link, ...(isVisible(event, reader) && { event }) };
}

/** The same at every read, and another in every index: consumers acknowledge by it. */
function linkId(index: string, { id }: StoredEvent): Uint8Array {
  const bytes = createHash("sha1").update(index).update(id).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

/** Not of a deleted stream, not truncated, not too old. */
function isVisible(event: StoredEvent, reader: Reader): boolean {
  const { last, limits, tombstoned } = reader.stream(event.stream);
  if (tombstoned || event.revision < firstVisible(limits, last)) return false;
  return limits.maxAgeMs === undefined || event.created >= BigInt(Date.now()) - limits.maxAgeMs;
}
