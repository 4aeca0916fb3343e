import type { TenantId } from "@tradesage/contracts";
import { type ChainedEvent, chained, isChained } from "@tradesage/event-chain";
import type { EventStore } from "@tradesage/event-store";
import type { Shipped } from "../backup/backups.ts";

/** What a segment has turned out to hold, once it was taken to its end. */
export interface SegmentCount {
  events: number;
  chainHead: string;
}

/**
 * A tenant's events after what is shipped, up to and with a position, each chained to the one before. The events of the
 * backups themselves are left out: they tell of files, and would make each backup the reason for another.
 */
export async function* chainedEvents(
  eventStore: Pick<EventStore, "readAll">,
  tenant: TenantId,
  shipped: Shipped,
  upTo: bigint,
): AsyncGenerator<ChainedEvent, void, undefined> {
  let head = shipped.chainHead;
  const after = BigInt(shipped.upTo);
  const events = eventStore.readAll({ ...(after > 0n && { after }), streamPrefixes: [`${tenant}-`] });
  for await (const event of events) {
    if (event.position > upTo) return;
    if (!isChained(event.stream)) continue;
    const link = chained(head, event);
    head = link.link;
    yield link;
  }
}

/** The same as lines of JSON, counted. */
export async function* segmentOf(
  eventStore: Pick<EventStore, "readAll">,
  tenant: TenantId,
  shipped: Shipped,
  upTo: bigint,
  count: SegmentCount,
): AsyncGenerator<Buffer, void, undefined> {
  count.chainHead = shipped.chainHead;
  for await (const event of chainedEvents(eventStore, tenant, shipped, upTo)) {
    count.events++;
    count.chainHead = event.link;
    yield Buffer.from(`${JSON.stringify(event)}\n`);
  }
}
