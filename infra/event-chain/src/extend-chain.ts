import type { ChainRecord } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { marksOf, toldOf } from "./chained-event.ts";

export interface ChainEnd {
  readonly upTo: string;
  readonly head: string;
}

/** What the chain's next record tells of the events that follow its end: at least one, in order. */
export function extendChain(
  { upTo: after, head }: ChainEnd,
  events: readonly RecordedEvent[],
): Omit<ChainRecord, "signature"> {
  const told = events.map(toldOf);
  let link = head;
  const entries = told.map((event): ChainRecord["events"][number] => {
    const marks = marksOf(link, event);
    ({ link } = marks);
    return [event.position, event.stream, event.revision, marks.digest];
  });
  return { after, upTo: told.at(-1)?.position ?? after, head: link, events: entries };
}
