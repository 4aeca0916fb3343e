import type { Scope } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import type { PoolClient, Postgres } from "@tradesage/postgres";
import { readScope } from "../runner/read-scope.ts";
import { writeBatch } from "../runner/write-batch.ts";
import { compareTables, type TablesCompared } from "./compare-tables.ts";
import { batchesOf, inScope, presentModels } from "./present-models.ts";

export interface ReplayComparison extends TablesCompared {
  /** The position at which the two were compared. */
  readonly position: bigint;
}

export interface ReplayParts {
  readonly postgres: Postgres;
  readonly eventStore: Pick<EventStore, "readAll">;
}

/**
 * Replays a scope's whole history into tables of its own, beside the live ones, and compares the two row by row, as of
 * one moment; the live tables are only read, and nobody waits.
 * @throws TenantNotProvisioned, PostgresUnavailable, EventStoreUnavailable; Error for an event that cannot be replayed.
 */
export function compareWithReplay({ postgres, eventStore }: ReplayParts, scope: Scope): Promise<ReplayComparison> {
  return inScope(postgres, scope, (client) => compareHere(client, eventStore, scope), { snapshot: true });
}

/**
 * The same for the read models of the schema at the head of the search path, in the caller's transaction, which nobody
 * else writes to meanwhile, or which sees one moment.
 */
export async function compareHere(
  client: PoolClient,
  eventStore: ReplayParts["eventStore"],
  scope: Scope,
): Promise<ReplayComparison> {
  const { position, projections } = await presentModels(client, scope);
  const tables = projections.map(({ table }) => table);
  const { rows } = await client.query<{ schema: string }>("select current_schema() as schema");
  for (const table of ["checkpoints", ...tables])
    await client.query(`create temporary table ${table} (like ${table} including all) on commit drop`);
  // An unqualified name finds a temporary table first: what is written from here on goes beside the live tables. Said in
  // so many words: a plan that was made for the live ones is kept as long as the search path is the same.
  await client.query("select set_config('search_path', 'pg_temp, ' || current_setting('search_path'), true)");
  await client.query("insert into checkpoints (name, position) select unnest($1::text[]), 0", [tables]);
  for await (const batch of batchesOf(readScope(eventStore, scope, 0n), position))
    await writeBatch(client, projections, batch, 0n);
  return { position, ...(await compareTables(client, tables, String(rows[0]?.schema), "pg_temp")) };
}

/** How far a scope's read models have come. Throws TenantNotProvisioned, PostgresUnavailable. */
export const positionOf = async (postgres: Postgres, scope: Scope): Promise<bigint> =>
  (await inScope(postgres, scope, (client) => presentModels(client, scope))).position;
