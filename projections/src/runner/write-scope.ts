import { PLATFORM, type Scope, type TenantId } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { Postgres } from "@tradesage/postgres";
import { projectionsOf } from "../projections.ts";
import { lagging, writeBatch } from "./write-batch.ts";

/** Writes a scope's events to its read models, with their checkpoints, in one transaction under its role. */
export async function writeScope(
  postgres: Postgres,
  scope: Scope,
  events: readonly RecordedEvent[],
  after: bigint,
): Promise<void> {
  const projections = projectionsOf(scope);
  if (scope === PLATFORM) await postgres.platform((_, client) => writeBatch(client, projections, events, after));
  else await postgres.tenant(scope, (_, client) => writeBatch(client, projections, events, after));
}

/** How far the model of a tenant has come that a migration has added, if one is behind the others. */
export async function newestModel(postgres: Postgres, tenant: TenantId): Promise<bigint | undefined> {
  const names = projectionsOf(tenant).map(({ table }) => table);
  const rows = await postgres.tenant(tenant, (db) =>
    db.selectFrom("checkpoints").select("position").where("name", "in", names).execute(),
  );
  return lagging(rows.map(({ position }) => BigInt(position)));
}
