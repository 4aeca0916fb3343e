import type { DatabaseSync } from "node:sqlite";

/** How many of the newest events are known by their ids, as EventStoreDB does: a bounded number. */
const KEPT = 20_000;

/**
 * Where the newest events are, by stream and id. It lets an append that demands no exact revision be repeated without
 * a second effect, as long as the first is not too long ago.
 */
export function createRecentIds(database: DatabaseSync) {
  const places = new Map<string, bigint>();
  /** Those of the transaction that is open. */
  let fresh: string[] = [];

  const newest = database.prepare("SELECT stream, revision, id FROM events ORDER BY position DESC LIMIT ?");
  newest.setReadBigInts(true);
  for (const { stream, id, revision } of (newest.all(KEPT / 2) as unknown as Place[]).reverse())
    places.set(key(stream, id), revision);

  return {
    revisionOf: (stream: bigint, id: Uint8Array) => places.get(key(stream, id)),
    remember(stream: bigint, id: Uint8Array, revision: bigint): void {
      const place = key(stream, id);
      places.set(place, revision);
      fresh.push(place);
    },
    committed(): void {
      fresh = [];
      for (const oldest of places.keys()) {
        if (places.size <= KEPT) break;
        places.delete(oldest);
      }
    },
    undone(): void {
      for (const place of fresh) places.delete(place);
      fresh = [];
    },
  };
}

interface Place {
  readonly stream: bigint;
  readonly revision: bigint;
  readonly id: Uint8Array;
}

const key = (stream: bigint, id: Uint8Array): string =>
  `${stream}:${Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("latin1")}`;
