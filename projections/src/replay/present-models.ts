import { PLATFORM, type Scope } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { type PoolClient, type Postgres, schemaOf, type TransactionOptions } from "@tradesage/postgres";
import type { Projection } from "../projection.ts";
import { projectionsOf } from "../projections.ts";

/** Works in a scope's schema, be it a tenant's or the platform's. @throws TenantNotProvisioned, PostgresUnavailable */
export const inScope = <Result>(
  postgres: Postgres,
  scope: Scope,
  work: (client: PoolClient) => Promise<Result>,
  options?: TransactionOptions,
): Promise<Result> => {
  const withClient = (_: unknown, client: PoolClient) => work(client);
  return scope === PLATFORM ? postgres.platform(withClient, options) : postgres.tenant(scope, withClient, options);
};

export const liveSchemaOf = (scope: Scope): string => (scope === PLATFORM ? "platform" : schemaOf(scope));

/** The read models that the scope has, and how far the one has come that is furthest. `lock`: none goes on until the end. */
export async function presentModels(
  client: PoolClient,
  scope: Scope,
  lock?: "for update",
): Promise<{ readonly projections: readonly Projection[]; readonly position: bigint }> {
  const { rows } = await client.query<{ name: string; position: string }>(
    `select name, position from checkpoints where name = any($1) order by name ${lock ?? ""}`,
    [projectionsOf(scope).map(({ table }) => table)],
  );
  let position = 0n;
  for (const row of rows) if (BigInt(row.position) > position) position = BigInt(row.position);
  return {
    projections: projectionsOf(scope).filter(({ table }) => rows.some(({ name }) => name === table)),
    position,
  };
}

const BATCH = 1000;

/** Events up to and with a position, in batches. */
export async function* batchesOf(
  events: AsyncIterable<RecordedEvent>,
  last: bigint,
): AsyncIterable<readonly RecordedEvent[]> {
  let batch: RecordedEvent[] = [];
  for await (const event of events) {
    if (event.position > last) break;
    batch.push(event);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
