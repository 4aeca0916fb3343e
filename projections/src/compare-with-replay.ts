import { PLATFORM, type Scope } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import { type PoolClient, type Postgres, schemaOf } from "@tradesage/postgres";
import { projectionsOf } from "./projections.ts";
import { readScope } from "./runner/read-scope.ts";
import { writeBatch } from "./runner/write-batch.ts";

export interface Difference {
  readonly table: string;
  /** Where the row is, while the other side has none that is equal. */
  readonly only: "live" | "replayed";
  readonly row: Readonly<Record<string, unknown>>;
}

export interface ReplayComparison {
  /** The position at which the two were compared. */
  readonly position: bigint;
  /** Rows compared. */
  readonly rows: number;
  /** The first hundred of each table. */
  readonly differences: readonly Difference[];
}

const BATCH = 1000;

/**
 * Replays a scope's whole history into tables of its own, beside the live ones, and compares the two row by row, as of
 * one moment; the live tables are only read, and nobody waits.
 * @throws TenantNotProvisioned, PostgresUnavailable, EventStoreUnavailable; Error for an event that cannot be replayed.
 */
export async function compareWithReplay(
  { postgres, eventStore }: { readonly postgres: Postgres; readonly eventStore: Pick<EventStore, "readAll"> },
  scope: Scope,
): Promise<ReplayComparison> {
  const compare = async (_: unknown, client: PoolClient): Promise<ReplayComparison> => {
    const live = scope === PLATFORM ? "platform" : schemaOf(scope);
    const { position, projections } = await presentModels(client, scope);
    // An unqualified name finds a temporary table first: what is written from here on goes beside the live tables.
    for (const table of ["checkpoints", ...projections.map(({ table }) => table)]) {
      await client.query(`create temporary table ${table} (like ${table} including all) on commit drop`);
    }
    await client.query("insert into checkpoints (name, position) select unnest($1::text[]), 0", [
      projections.map(({ table }) => table),
    ]);
    for await (const batch of batchesOf(readScope(eventStore, scope, 0n), position)) {
      await writeBatch(client, projections, batch, 0n);
    }
    let rows = 0;
    const differences: Difference[] = [];
    for (const { table } of projections) {
      rows += await countOf(client, `${live}.${table}`);
      const [here, there] = [`${live}.${table}`, `pg_temp.${table}`];
      for (const row of await except(client, here, there)) differences.push({ table, only: "live", row });
      for (const row of await except(client, there, here)) differences.push({ table, only: "replayed", row });
    }
    return { position, rows, differences };
  };
  const oneMoment = { snapshot: true };
  return scope === PLATFORM ? postgres.platform(compare, oneMoment) : postgres.tenant(scope, compare, oneMoment);
}

/** The read models that the scope has, and how far they have come. */
async function presentModels(client: PoolClient, scope: Scope) {
  const { rows } = await client.query<{ name: string; position: string }>(
    "select name, position from checkpoints where name = any($1) order by position desc",
    [projectionsOf(scope).map(({ table }) => table)],
  );
  return {
    projections: projectionsOf(scope).filter(({ table }) => rows.some(({ name }) => name === table)),
    position: BigInt(rows[0]?.position ?? 0),
  };
}

async function* batchesOf(events: AsyncIterable<RecordedEvent>, last: bigint): AsyncIterable<readonly RecordedEvent[]> {
  let batch: RecordedEvent[] = [];
  for await (const event of events) {
    if (event.position > last) break;
    batch.push(event);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

async function countOf(client: PoolClient, table: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${table}`);
  return rows[0]?.count ?? 0;
}

async function except(client: PoolClient, one: string, other: string) {
  const { rows } = await client.query<Record<string, unknown>>(
    `select * from ${one} except all select * from ${other} limit 100`,
  );
  return rows;
}
