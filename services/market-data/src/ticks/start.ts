import type { Postgres } from "@tradesage/postgres";
import { sql } from "kysely";

const NAME = "ticks";

/** The sequence of the stream up to which all tenants' ticks are written: where to begin, not what is written. */
export async function loadStart(postgres: Postgres): Promise<number> {
  return postgres.platform(async (db) => {
    const row = await db.selectFrom("checkpoints").select("position").where("name", "=", NAME).executeTakeFirst();
    return Number(row?.position ?? 0);
  });
}

export async function saveStart(postgres: Postgres, sequence: number): Promise<void> {
  await postgres.platform((db) =>
    db
      .insertInto("checkpoints")
      .values({ name: NAME, position: String(sequence) })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ position: String(sequence) }))
      .execute(),
  );
}

/** The stream was lost and counts from 1 again: no kept sequence, the platform's or a tenant's, means anything. */
export async function resetStart(postgres: Postgres): Promise<void> {
  const tenants = await postgres.platform((db) => db.selectFrom("tenants").select("tenant_id").execute());
  for (const { tenant_id } of tenants)
    await postgres.tenant(tenant_id, (db) => sql`update checkpoints set position = 0 where name = ${NAME}`.execute(db));
  await saveStart(postgres, 0);
}
