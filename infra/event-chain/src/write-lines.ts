import type { KeptEvent } from "@tradesage/event-store";
import { linkOf } from "./chain.ts";
import { sumOf, textOf } from "./event-text.ts";
import { marks } from "./lines.ts";

/** Writes events as lines, chained to a link: whoever changes, leaves out or adds one changes every link after it. */
export function createLineWriter(link: string) {
  let head = link;

  function write(events: readonly KeptEvent[]): Buffer {
    const parts = events.flatMap((event) => {
      const text = textOf(event);
      const digest = sumOf(text);
      head = linkOf(head, digest);
      return [text.subarray(0, -1), Buffer.from(`${marks(digest, head)}\n`)];
    });
    return Buffer.concat(parts);
  }

  return {
    /** The lines of events that follow those before. */
    write,
    /** The link of the last one. */
    head: () => head,
  };
}
