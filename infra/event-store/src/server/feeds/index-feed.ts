import { categoryOf, type Direction, MAX_REVISION, type StoredEvent } from "../storage/event.ts";
import type { Reader } from "../storage/reader.ts";
import { indexEntry } from "./entry.ts";
import { type Feed, pageOf } from "./feed.ts";

interface Index {
  /** Whether a new event is one of the index. */
  has(event: StoredEvent): boolean;
  /** The place in the index of an event that is one of it. */
  keyOf(event: StoredEvent): bigint;
  read(from: bigint, direction: Direction, limit: number): StoredEvent[];
}

const BY_CATEGORY = "$ce-";
const BY_TYPE = "$et-";
const STREAMS = "$streams";

/** Whether a name is that of an index, which nobody can write to. */
export const isIndex = (stream: string): boolean =>
  stream.startsWith(BY_CATEGORY) || stream.startsWith(BY_TYPE) || stream === STREAMS;

/** What EventStoreDB's system projections keep as streams of links, read from the store's own indexes. */
export function indexFeed(name: string, resolve: boolean, reader: Reader): Feed {
  const index = indexOf(name, reader);
  const entry = (event: StoredEvent) => indexEntry(name, event, index.keyOf(event), resolve, reader);
  const last = () => {
    const [newest] = index.read(MAX_REVISION, "backwards", 1);
    return newest ? index.keyOf(newest) : -1n;
  };
  return {
    state: () => (last() < 0n ? "not-found" : "readable"),
    last,
    page: (from, direction, limit) => pageOf(index.read(from, direction, limit).map(entry), from, direction),
    live: (event) => (index.has(event) ? entry(event) : undefined),
  };
}

function indexOf(name: string, reader: Reader): Index {
  if (name.startsWith(BY_CATEGORY)) {
    const category = name.slice(BY_CATEGORY.length);
    return {
      has: (event) => event.categoryRevision !== null && categoryOf(event.stream) === category,
      keyOf: (event) => event.categoryRevision ?? 0n,
      read: (from, direction, limit) => reader.readCategory(category, from, direction, limit),
    };
  }
  if (name.startsWith(BY_TYPE)) {
    const type = name.slice(BY_TYPE.length);
    return {
      has: (event) => event.type === type,
      keyOf: (event) => event.typeRevision,
      read: (from, direction, limit) => reader.readType(type, from, direction, limit),
    };
  }
  return {
    has: (event) => event.revision === 0n,
    keyOf: (event) => event.streamNumber - 1n,
    read: reader.readFirstEvents,
  };
}
