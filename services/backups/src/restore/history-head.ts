import { createHash, type Hash, hash } from "node:crypto";
import type { TenantId } from "@tradesage/contracts";
import type { EventStore, KeptEvent } from "@tradesage/event-store";
import { eventsOf } from "../run/segment.ts";

/**
 * Tells a tenant's history from every other by one number, wherever it lies: unlike the chain, it knows nothing of the
 * store's positions and times. Each stream's events are hashed in their order; the head is of all streams'.
 */
export function createHistoryHead() {
  const hashes = new Map<string, Hash>();
  return {
    /** An event store keeps the bytes of data and metadata. */
    take(stream: string, { id, type, data, metadata }: Pick<KeptEvent, "id" | "type" | "data" | "metadata">): void {
      const known = hashes.get(stream) ?? createHash("sha256");
      hashes.set(stream, known);
      known
        .update(JSON.stringify([id, type, data.length, metadata.length]))
        .update(data)
        .update(metadata);
    },
    head(): string {
      const heads = [...hashes].map(([stream, known]) => [stream, known.copy().digest("hex")] as const);
      return hash("sha256", JSON.stringify(heads.sort(([one], [other]) => (one < other ? -1 : 1))));
    },
  };
}

/** The head of the history that a tenant has in the event store, up to and with a position. Throws EventStoreUnavailable. */
export async function historyHead(
  eventStore: Pick<EventStore, "readPages">,
  tenant: TenantId,
  upTo: bigint,
): Promise<string> {
  const history = createHistoryHead();
  for await (const events of eventsOf(eventStore, tenant, 0n, upTo))
    for (const event of events) history.take(event.stream, event);
  return history.head();
}
