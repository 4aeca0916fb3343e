import type { ChainRecord } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { digestOf, linkOf, toldOf } from "./chained-event.ts";

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
  return {
    after,
    upTo: told.at(-1)?.position ?? after,
    head: told.reduce(linkOf, head),
    events: told.map((event) => [event.position, event.stream, event.revision, digestOf(event)]),
  };
}
