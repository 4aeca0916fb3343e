import { type RetentionKind, streams, type TenantId, tenantEvents } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";

/** Days that kinds of market data are kept; what is not named is kept for ever. */
export type RetentionSettings = ReadonlyMap<RetentionKind, number>;

/** What the tenant's history says now; `undefined` where there is no such tenant. */
export async function retentionOf(
  eventStore: Pick<EventStore, "readStream">,
  tenant: TenantId,
): Promise<RetentionSettings | undefined> {
  const settings = new Map<RetentionKind, number>();
  let exists = false;
  for await (const { type, data } of eventStore.readStream(streams.tenant(tenant))) {
    exists = true;
    if (type !== tenantEvents.RetentionSet.name) continue;
    const { kind, days } = tenantEvents.RetentionSet.schema.parse(data);
    if (days === null) settings.delete(kind);
    else settings.set(kind, days);
  }
  return exists ? settings : undefined;
}
