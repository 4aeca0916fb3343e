import type { StoredEvent } from "../storage/event.ts";
import type { Reader } from "../storage/reader.ts";

/** The newest events, in memory once for all who follow: at most so many, of at most so many bytes. */
const MOST_EVENTS = 8_192;
const MOST_BYTES = 16 * 1024 * 1024;

export interface Follower {
  /** Events behind a position; undefined if some of them are no longer in memory. */
  since(position: bigint): readonly StoredEvent[] | undefined;
  stop(): void;
}

export interface Tail {
  /** The newest position that followers may know of. */
  head(): bigint;
  /** Keeps the newest events from now on, and calls `wake` when there are more. */
  follow(wake: () => void): Follower;
  /** These are new on the disk. */
  extend(events: readonly StoredEvent[]): void;
}

export function createTail(reader: Pick<Reader, "lastPosition">): Tail {
  const followers = new Set<() => void>();
  let events: StoredEvent[] = [];
  let bytes = 0;
  /** Events behind `from` up to `to` are here. */
  let from = 0n;
  let to = 0n;

  function keep(event: StoredEvent): void {
    // It was on the disk already when the first follower came.
    if (event.position <= to) return;
    events.push(event);
    bytes += sizeOf(event);
    to = event.position;
  }

  /** Half goes at once, so that moving the rest is seldom. */
  function shorten(): void {
    if (events.length <= MOST_EVENTS && bytes <= MOST_BYTES) return;
    let count = 0;
    while (count < events.length - 1 && (events.length - count > MOST_EVENTS / 2 || bytes > MOST_BYTES / 2)) {
      bytes -= sizeOf(events[count++] as StoredEvent);
    }
    from = events[count - 1]?.position ?? from;
    events = events.slice(count);
  }

  return {
    head: () => to,
    follow(wake) {
      if (followers.size === 0) {
        events = [];
        bytes = 0;
        from = to = reader.lastPosition();
      }
      followers.add(wake);
      return {
        since: (position) => (position < from ? undefined : events.slice(indexBehind(events, position))),
        stop: () => followers.delete(wake),
      };
    },
    extend(fresh) {
      if (followers.size === 0) return;
      for (const event of fresh) keep(event);
      shorten();
      for (const wake of followers) wake();
    },
  };
}

const sizeOf = ({ data, metadata }: StoredEvent) => data.length + metadata.length + 256;

function indexBehind(events: readonly StoredEvent[], position: bigint): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle] as StoredEvent).position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
