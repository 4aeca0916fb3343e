import { RetentionKind, type RetentionView, refuse, type TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import type { Postgres } from "@tradesage/postgres";
import { compressionOf } from "../retention/compression.ts";
import { retentionOf } from "../retention/settings.ts";

/** What a tenant keeps, and what was dropped so far. Refuses TENANT_NOT_FOUND. */
export async function readRetention(
  eventStore: Pick<EventStore, "readStream">,
  postgres: Postgres,
  tenant: TenantId,
): Promise<RetentionView> {
  const settings = (await retentionOf(eventStore, tenant)) ?? refuse("TENANT_NOT_FOUND");
  const dropped = await postgres.tenant(tenant, (db) => db.selectFrom("retention").selectAll().execute());
  const before = new Map(dropped.map(({ kind, dropped_before }) => [kind, Date.parse(dropped_before)]));
  return {
    items: RetentionKind.options.map((kind) => ({
      kind,
      days: settings.get(kind) ?? null,
      droppedBeforeMsc: before.get(kind) ?? null,
    })),
    compression: await compressionOf(postgres),
  };
}
