import type { TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import type { PoolClient } from "@tradesage/postgres";
import { projectionsOf } from "../projections.ts";
import { readScope } from "../runner/read-scope.ts";
import { writeBatch } from "../runner/write-batch.ts";
import { batchesOf } from "./present-models.ts";

/**
 * Writes a tenant's read models, in the schema at the head of the search path, from where they are to the end of the
 * history; in the caller's transaction. Throws EventStoreUnavailable; Error for an event that cannot be written.
 */
export async function bringReadModels(
  client: PoolClient,
  eventStore: Pick<EventStore, "readAll" | "head">,
  tenant: TenantId,
): Promise<void> {
  const end = await eventStore.head();
  const { rows } = await client.query<{ name: string; position: string }>(
    "select name, position from checkpoints where name = any($1) order by position",
    [projectionsOf(tenant).map(({ table }) => table)],
  );
  const projections = projectionsOf(tenant).filter(({ table }) => rows.some(({ name }) => name === table));
  const from = BigInt(rows[0]?.position ?? 0);
  for await (const batch of batchesOf(readScope(eventStore, tenant, from), end))
    await writeBatch(client, projections, batch, from);
}
