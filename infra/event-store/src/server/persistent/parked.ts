import { randomBytes } from "node:crypto";
import type { Committer } from "../committer.ts";
import type { Entry } from "../feeds/entry.ts";
import { streamFeed } from "../feeds/stream-feed.ts";
import { metastreamOf } from "../storage/event.ts";
import { firstVisible } from "../storage/limits.ts";
import type { Reader } from "../storage/reader.ts";
import { jsonEvent } from "./json-event.ts";
import { type GroupName, parkedStream } from "./settings.ts";

/** Events that no consumer could handle: links in a stream of their own, until they are tried again. */
export interface Parked {
  count(): bigint;
  /** False if it could not be kept. */
  park(entry: Entry, reason: string): Promise<boolean>;
  /** The parked events from `from` on, before `stopAt` and those that were not there when the reading began. */
  read(from: bigint, stopAt: bigint | undefined): Iterable<Entry>;
  /** The first that was not yet done with. */
  first(): bigint;
  /** Those before `revision` are done with. */
  truncate(revision: bigint): Promise<void>;
}

const PAGE = 200;

export function createParked(name: GroupName, committer: Committer, reader: Reader): Parked {
  const stream = parkedStream(name);
  const first = () => {
    const { limits, last } = reader.stream(stream);
    return firstVisible(limits, last);
  };
  return {
    first,
    count() {
      const count = reader.stream(stream).last - first() + 1n;
      return count > 0n ? count : 0n;
    },
    async park({ event, link }, reason) {
      const source = event ?? link;
      if (!source) return true;
      const parked = {
        id: randomBytes(16),
        type: "$>",
        json: false,
        data: Buffer.from(`${source.revision}@${source.stream}`),
        metadata: Buffer.from(JSON.stringify({ added: new Date().toISOString(), reason })),
      };
      return (await committer.append(stream, [parked], "any")).kind === "written";
    },
    *read(from, stopAt) {
      const { last } = reader.stream(stream);
      const end = stopAt !== undefined && stopAt <= last ? stopAt : last + 1n;
      const feed = streamFeed(stream, true, reader);
      for (let next = from; next < end; ) {
        const page = feed.page(next, "forwards", PAGE);
        for (const entry of page.entries) if (entry.key < end) yield entry;
        if (page.end) return;
        next = page.next;
      }
    },
    async truncate(revision) {
      await committer.append(metastreamOf(stream), [jsonEvent("$metadata", { $tb: Number(revision) })], "any");
    },
  };
}
