import { type Scope, streams, tenantEvents } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { TenantNotProvisioned } from "@tradesage/postgres";

/** Passes an error on, but for a schema that is missing since its tenant was deleted: nobody will read it any more. */
export function unlessDeleted(eventStore: Pick<EventStore, "readStream">, scope: Scope) {
  return async (error: unknown): Promise<void> => {
    if (!(error instanceof TenantNotProvisioned)) throw error;
    for await (const { type } of eventStore.readStream(streams.tenant(scope), { direction: "backwards" })) {
      if (type === tenantEvents.TenantDeletionBegun.name || type === tenantEvents.TenantDeleted.name) return;
      if (type === tenantEvents.TenantRequested.name) break;
    }
    throw error;
  };
}
