import { MAX_REVISION, type StoredEvent } from "../storage/event.ts";
import type { EventPattern, Reader } from "../storage/reader.ts";
import { entryOf } from "./entry.ts";
import { type Feed, type Page, pageOf } from "./feed.ts";

/** How many positions a filtered read looks through before it lets others work. */
const WINDOW = 4_000n;

/** The whole history, or what of it a filter lets through. */
export function allFeed(filter: EventPattern | undefined, resolve: boolean, reader: Reader): Feed {
  const entry = (event: StoredEvent) => entryOf(event, event.position, resolve, reader);

  function filtered(from: bigint, direction: "forwards" | "backwards", limit: number): Page {
    const last = reader.lastPosition();
    const [begin, end] = direction === "forwards" ? [from, from + WINDOW - 1n] : [from - WINDOW + 1n, from];
    const entries = reader.readAll(begin, end, direction, limit, filter).map(entry);
    if (entries.length > 0) return pageOf(entries, from, direction);
    if (direction === "backwards") return { entries, next: begin - 1n, end: begin <= 1n };
    return end < last ? { entries, next: end + 1n, end: false } : { entries, next: max(from, last + 1n), end: true };
  }

  return {
    state: () => "readable",
    last: reader.lastPosition,
    page(from, direction, limit) {
      if (filter)
        return filtered(direction === "backwards" ? min(from, reader.lastPosition()) : from, direction, limit);
      const [begin, end] = direction === "forwards" ? [from, MAX_REVISION] : [0n, from];
      return pageOf(reader.readAll(begin, end, direction, limit).map(entry), from, direction);
    },
    live: (event) => (filter === undefined || matches(filter, event) ? entry(event) : undefined),
  };
}

const matches = ({ of, pattern }: EventPattern, event: StoredEvent) =>
  pattern.test(of === "stream" ? event.stream : event.type);

const max = (a: bigint, b: bigint) => (a > b ? a : b);
const min = (a: bigint, b: bigint) => (a < b ? a : b);
