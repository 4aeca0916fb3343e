import type { TenantId } from "@tradesage/contracts";
import { createLineWriter, isChained } from "@tradesage/event-chain";
import type { EventStore, KeptEvent } from "@tradesage/event-store";
import type { Shipped } from "../backup/backups.ts";

/** What a segment has turned out to hold, once it was taken to its end. */
export interface SegmentCount {
  events: number;
  chainHead: string;
}

/** Bytes of events that are handed on together, about: what takes them works by the piece, not by the event. */
const TOGETHER = 256 * 1024;

/**
 * A tenant's events behind a position, up to and with another, many at a time. The events of the backups themselves are
 * left out: they tell of files, and would make each backup the reason for another.
 */
export async function* eventsOf(
  eventStore: Pick<EventStore, "readPages">,
  tenant: TenantId,
  after: bigint,
  upTo: bigint,
): AsyncGenerator<readonly KeptEvent[], void, undefined> {
  let some: KeptEvent[] = [];
  let bytes = 0;
  for await (const page of eventStore.readPages({ ...(after > 0n && { after }), streamPrefixes: [`${tenant}-`] })) {
    for (const event of page) {
      if (!isChained(event.stream) || event.position > upTo) continue;
      some.push(event);
      bytes += event.data.length + event.metadata.length;
    }
    if (bytes >= TOGETHER) {
      yield some;
      [some, bytes] = [[], 0];
    }
    if ((page.at(-1)?.position ?? 0n) > upTo) break;
  }
  if (some.length > 0) yield some;
}

/** A tenant's events after what is shipped, up to and with a position, as lines that follow those shipped; counted. */
export async function* segmentOf(
  eventStore: Pick<EventStore, "readPages">,
  tenant: TenantId,
  shipped: Shipped,
  upTo: bigint,
  count: SegmentCount,
): AsyncGenerator<Buffer, void, undefined> {
  const lines = createLineWriter(shipped.chainHead);
  for await (const events of eventsOf(eventStore, tenant, BigInt(shipped.upTo), upTo)) {
    yield lines.write(events);
    count.events += events.length;
    count.chainHead = lines.head();
  }
}
