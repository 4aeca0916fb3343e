import type { Direction, StoredEvent } from "../storage/event.ts";
import type { Entry } from "./entry.ts";

export interface Page {
  readonly entries: readonly Entry[];
  /** Where the next page begins. */
  readonly next: bigint;
  /** There was nothing beyond this page when it was read. */
  readonly end: boolean;
}

/** Something that can be read and followed: `$all`, a stream, an index. */
export interface Feed {
  /** Whether there is anything to read; a subscription does not care. */
  state(): "readable" | "not-found" | "deleted";
  /** The newest key; -1 where there is none. */
  last(): bigint;
  page(from: bigint, direction: Direction, limit: number): Page;
  /** What a new event is to this feed: a line of it, or nothing. */
  live(event: StoredEvent): Entry | undefined;
}

/** The page of the lines that a query from a key on gave. It may give fewer than there are; none only at the end. */
export function pageOf(entries: readonly Entry[], from: bigint, direction: Direction): Page {
  const key = entries.at(-1)?.key;
  const next = key === undefined ? from : direction === "forwards" ? key + 1n : key - 1n;
  return { entries, next, end: key === undefined || next < 0n };
}
