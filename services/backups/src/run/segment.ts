import type { TenantId } from "@tradesage/contracts";
import { chained, isChained } from "@tradesage/event-chain";
import type { EventStore } from "@tradesage/event-store";
import type { Shipped } from "../backup/backups.ts";

/** What a segment has turned out to hold, once it was taken to its end. */
export interface SegmentCount {
  events: number;
  chainHead: string;
}

/**
 * A tenant's events after what is shipped, up to and with a position, as lines of JSON. The events of the backups
 * themselves are left out: they tell of files, and would make each backup the reason for another.
 */
export async function* segmentOf(
  eventStore: Pick<EventStore, "readAll">,
  tenant: TenantId,
  shipped: Shipped,
  upTo: bigint,
  count: SegmentCount,
): AsyncGenerator<Buffer, void, undefined> {
  count.chainHead = shipped.chainHead;
  const after = BigInt(shipped.upTo);
  const events = eventStore.readAll({ ...(after > 0n && { after }), streamPrefixes: [`${tenant}-`] });
  for await (const event of events) {
    if (event.position > upTo) return;
    if (!isChained(event.stream)) continue;
    const line = chained(count.chainHead, event);
    count.events++;
    count.chainHead = line.link;
    yield Buffer.from(`${JSON.stringify(line)}\n`);
  }
}
