import { hash } from "node:crypto";
import type { ChainRecord } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";
import { digestOf } from "./event-text.ts";

/** The link before the first event's: 32 zero bytes. */
export const CHAIN_START = "0".repeat(64);

/** An event's link, in the event store's records and in the segments of backups: SHA-256, in hex, of the link before and of the event's digest. */
export const linkOf = (previous: string, digest: string): string => hash("sha256", previous + digest);

/** Whether events of such a stream are in their tenant's chain: those of its backups tell of the chain itself. */
export const isChained = (stream: string): boolean => !OF_BACKUPS.test(stream);
const OF_BACKUPS = /^[a-z][a-z0-9_]*-backups-/;

/** The events of a tenant's pages that are in its chain, one by one. */
export async function* chainedOf(
  pages: AsyncIterable<readonly KeptEvent[]>,
): AsyncGenerator<KeptEvent, undefined, undefined> {
  for await (const page of pages) for (const event of page) if (isChained(event.stream)) yield event;
  return undefined;
}

/** What a record of the chain tells of an event: its position, stream, revision and digest. */
export type ChainEntry = ChainRecord["events"][number];

export const entryOf = (event: KeptEvent): ChainEntry => [
  String(event.position),
  event.stream,
  String(event.revision),
  digestOf(event),
];

/** The link of the last of some events that follow a head. */
export const headOf = (head: string, entries: readonly ChainEntry[]): string =>
  entries.reduce((link, [, , , digest]) => linkOf(link, digest), head);

export interface ChainEnd {
  readonly upTo: string;
  readonly head: string;
}

/** What the chain's next record tells of the events that follow its end: at least one, in order. */
export function extendChain(
  { upTo: after, head }: ChainEnd,
  events: readonly ChainEntry[],
): Omit<ChainRecord, "signature"> {
  const [upTo] = events.at(-1) ?? [after];
  return { form: "bytes", after, upTo, head: headOf(head, events), events: [...events] };
}
