import { PLATFORM, type Scope } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { PoolClient, Postgres } from "@tradesage/postgres";
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

/** How far the model of a scope has come that a migration has added, if one is behind the others. */
export async function newestModel(postgres: Postgres, scope: Scope): Promise<bigint | undefined> {
  const names = projectionsOf(scope).map(({ table }) => table);
  const read = async (_: unknown, client: PoolClient) =>
    client.query<{ position: string }>("select position from checkpoints where name = any($1)", [names]);
  const { rows } = await (scope === PLATFORM ? postgres.platform(read) : postgres.tenant(scope, read));
  return lagging(rows.map(({ position }) => BigInt(position)));
}
