import { streams, type TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";

/** Tells since when a tenant's history is in this event store; of one that has none yet, that it is from now on. */
export function tenantSince(eventStore: Pick<EventStore, "readStream">): (tenant: TenantId) => Promise<Date> {
  const known = new Map<TenantId, Date>();
  return async (tenant) => {
    const told = known.get(tenant);
    if (told) return told;
    for await (const { at } of eventStore.readStream(streams.tenant(tenant), { limit: 1 })) {
      known.set(tenant, at);
      return at;
    }
    return new Date();
  };
}
