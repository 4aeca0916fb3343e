import { hash, randomBytes, randomUUID } from "node:crypto";
import { streams, type TenantEvent, type TenantId, terminalKeyText } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";

/** Tenants and their keys in an event store, as the tenants service would have written them. */
export interface TenantKeys {
  /** Issues another key of the tenant, which is active from its first key on. */
  issue(tenant: TenantId): Promise<string>;
  /** Writes what else happens to a tenant. */
  happened(tenant: TenantId, event: TenantEvent): Promise<void>;
}

export function tenantKeys(eventStore: EventStore): TenantKeys {
  const revisions = new Map<TenantId, Promise<bigint | "no_stream">>();

  async function happened(tenant: TenantId, ...events: TenantEvent[]): Promise<void> {
    const before = revisions.get(tenant) ?? Promise.resolve("no_stream" as const);
    const written = before.then(async (revision) => {
      const at = new Date().toISOString();
      const metadata = { tenant, actor: "test", command: randomUUID(), correlation: "", causation: "", at, schema: 1 };
      const all = events.map(({ type, data }) => ({ id: randomUUID(), type, data, metadata }));
      return (await eventStore.append(streams.tenant(tenant), all, revision)).revision;
    });
    revisions.set(tenant, written);
    await written;
  }

  return {
    async issue(tenantId) {
      const keyId = randomUUID();
      const key = terminalKeyText(tenantId, keyId, randomBytes(32).toString("base64url"));
      const issued: TenantEvent = {
        type: "TerminalKeyIssued",
        data: { tenantId, keyId, digest: hash("sha256", key) },
      };
      const active: TenantEvent[] = [
        { type: "TenantRequested", data: { tenantId, name: tenantId, template: "trading" } },
        { type: "TenantActivated", data: { tenantId } },
      ];
      await happened(tenantId, ...(revisions.has(tenantId) ? [] : active), issued);
      return key;
    },
    happened,
  };
}
