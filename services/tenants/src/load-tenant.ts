import { streams, type TenantEvent, type TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type TenantState, tenant } from "./tenant/tenant.ts";

/** A tenant as its own history says: the read models may be behind, or be rebuilt at this moment. */
export async function loadTenant(eventStore: Pick<EventStore, "readStream">, tenantId: TenantId): Promise<TenantState> {
  let state = tenant.initialState;
  for await (const { type, data } of eventStore.readStream(streams.tenant(tenantId)))
    state = tenant.evolve(state, { type, data } as TenantEvent);
  return state;
}
