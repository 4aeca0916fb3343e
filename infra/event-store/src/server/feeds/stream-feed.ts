import { MAX_REVISION } from "../storage/event.ts";
import { firstVisible } from "../storage/limits.ts";
import type { Reader } from "../storage/reader.ts";
import { entryOf } from "./entry.ts";
import { type Feed, pageOf } from "./feed.ts";

/** A stream, without what its metadata hides. */
export function streamFeed(name: string, resolve: boolean, reader: Reader): Feed {
  return {
    state() {
      const { last, tombstoned, softDeleted } = reader.stream(name);
      return tombstoned ? "deleted" : last < 0n || softDeleted ? "not-found" : "readable";
    },
    last: () => reader.stream(name).last,
    page(from, direction, limit) {
      const { last, limits, tombstoned } = reader.stream(name);
      if (tombstoned) return { entries: [], next: MAX_REVISION, end: true };
      const first = firstVisible(limits, last);
      const begin = direction === "forwards" && from < first ? first : from;
      const createdFrom = limits.maxAgeMs === undefined ? 0n : BigInt(Date.now()) - limits.maxAgeMs;
      const events = reader.readStream(name, begin, direction, limit, createdFrom);
      const visible = direction === "forwards" ? events : events.filter(({ revision }) => revision >= first);
      const entries = visible.map((event) => entryOf(event, event.revision, resolve, reader));
      return pageOf(entries, from, direction);
    },
    live: (event) => (event.stream === name ? entryOf(event, event.revision, resolve, reader) : undefined),
  };
}
