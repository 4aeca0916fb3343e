import type { RetentionKind, TenantId } from "@tradesage/contracts";
import type { Postgres } from "@tradesage/postgres";
import type { RetentionSettings } from "./settings.ts";

const DAY_MS = 86_400_000;

/** Chunks of a kind that were dropped, and where what is left begins. */
export interface Dropped {
  readonly kind: RetentionKind;
  readonly chunks: number;
  readonly before: Date;
}

/**
 * Drops a tenant's chunks whose every row is older than it must be kept; one that has a younger row stays whole. What
 * was dropped is written down in the same transaction. Safe to repeat and to run twice at once.
 */
export async function dropOld(
  postgres: Postgres,
  tenant: TenantId,
  settings: RetentionSettings,
  now: Date,
): Promise<readonly Dropped[]> {
  const dropped: Dropped[] = [];
  for (const [kind, days] of settings) {
    const olderThan = new Date(now.getTime() - days * DAY_MS);
    const done = await postgres.tenant(tenant, async (db, client) => {
      const { rows } = await client.query<{ before: string; chunks: string }>(
        `with old as (
           select range_end from timescaledb_information.chunks
           where hypertable_schema = current_schema() and hypertable_name = $1 and range_end <= $2
         )
         select max(range_end) as before, count(*) as chunks from old`,
        [kind, olderThan],
      );
      const [{ before, chunks } = { before: null, chunks: "0" }] = rows;
      if (before === null) return undefined;
      await client.query(`select drop_chunks('${kind}', older_than => $1::timestamptz)`, [before]);
      await db
        .insertInto("retention")
        .values({ kind, dropped_before: before })
        .onConflict((conflict) => conflict.column("kind").doUpdateSet({ dropped_before: before }))
        .execute();
      return { kind, chunks: Number(chunks), before: new Date(before) };
    });
    if (done) dropped.push(done);
  }
  return dropped;
}
