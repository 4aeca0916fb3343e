import { parseStream, refuse, streams, type TenantId, type TenantStatus, tenantEvents } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";

/**
 * Which tenants exist and work. What is not known to be active is read from the tenant's own stream, so that a tenant
 * works the moment it is activated; what is known is kept right by the live history.
 */
export interface TenantDirectory {
  /** Refuses TENANT_NOT_FOUND or TENANT_NOT_ACTIVE. */
  requireActive(tenant: TenantId): Promise<void>;
  /** Whether it is, as far as is known: a tenant that was let in and suspended since is not. */
  isActive(tenant: TenantId): boolean;
  /** To be told of every event of the history. */
  apply(event: RecordedEvent): void;
}

const { TenantRequested, TenantActivated, TenantProvisioningFailed, TenantSuspended, TenantResumed } = tenantEvents;
const { TenantDeletionBegun, TenantDeleted } = tenantEvents;
const statusAfter: Readonly<Record<string, TenantStatus>> = {
  [TenantRequested.name]: "provisioning",
  [TenantActivated.name]: "active",
  [TenantProvisioningFailed.name]: "failed",
  [TenantSuspended.name]: "suspended",
  [TenantResumed.name]: "active",
  [TenantDeletionBegun.name]: "deleting",
  [TenantDeleted.name]: "deleted",
};

export function createTenantDirectory(eventStore: EventStore): TenantDirectory {
  const known = new Map<TenantId, { status: TenantStatus; revision: bigint }>();
  const reading = new Map<TenantId, Promise<void>>();

  function apply(event: RecordedEvent): void {
    const status = statusAfter[event.type];
    const stream = status && parseStream(event.stream);
    if (!status || stream?.aggregate !== "tenant") return;
    const before = known.get(stream.tenant);
    if (before === undefined || before.revision < event.revision)
      known.set(stream.tenant, { status, revision: event.revision });
  }

  async function read(tenant: TenantId): Promise<void> {
    for await (const event of eventStore.readStream(streams.tenant(tenant))) apply(event);
  }

  /** Many requests of one tenant wait for one reading. */
  function readOnce(tenant: TenantId): Promise<void> {
    const running = reading.get(tenant) ?? read(tenant).finally(() => reading.delete(tenant));
    reading.set(tenant, running);
    return running;
  }

  const isActive = (tenant: TenantId) => known.get(tenant)?.status === "active";

  return {
    apply,
    isActive,
    async requireActive(tenant) {
      if (isActive(tenant)) return;
      await readOnce(tenant);
      const entry = known.get(tenant);
      if (entry === undefined) refuse("TENANT_NOT_FOUND");
      if (entry.status !== "active") refuse("TENANT_NOT_ACTIVE", `The tenant is ${entry.status}`);
    },
  };
}
