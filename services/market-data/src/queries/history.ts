import type { TenantId } from "@tradesage/contracts";
import type { Postgres, Replica, TenantTables } from "@tradesage/postgres";
import type { Transaction } from "kysely";

type Work<Answer> = (db: Transaction<TenantTables>) => Promise<Answer>;

/** Reads of a tenant's history what stands once its read models have passed the position `after`. */
export type ReadHistory = <Answer>(tenant: TenantId, after: bigint, work: Work<Answer>) => Promise<Answer>;

const readOnly = { readOnly: true } as const;

/**
 * From the replica, where there is one and the caller's own writes are in it: its read models tell. Else from the primary.
 * What ticks and bars the replica lacks, as far as it is behind, are not in the answer.
 */
export function readHistory(postgres: Postgres, replica: Replica | undefined): ReadHistory {
  return async (tenant, after, work) => {
    const known = await replica?.ask(
      (copy) =>
        copy.tenant(
          tenant,
          async (db) => ((await hasPassed(db, after)) ? { answer: await work(db) } : undefined),
          readOnly,
        ),
      (found) => found !== undefined,
    );
    return known ? known.answer : postgres.tenant(tenant, work, readOnly);
  };
}

/** Every event of a tenant moves the checkpoints of all its read models; every tenant has this one. */
async function hasPassed(db: Transaction<TenantTables>, position: bigint): Promise<boolean> {
  if (position === 0n) return true;
  const row = await db
    .selectFrom("checkpoints")
    .select("position")
    .where("name", "=", "instruments")
    .executeTakeFirst();
  return row !== undefined && BigInt(row.position) >= position;
}
