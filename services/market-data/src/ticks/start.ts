import { type PlatformCheckpoint, type Postgres, platformCheckpoint } from "@tradesage/postgres";

/** The name of the checkpoints of ticks, the platform's and each tenant's: sequences of the stream, not positions. */
export const CHECKPOINT = "ticks";

/** The sequence up to which all tenants' ticks are written: where to begin reading. What is written, each tenant's own says. */
export const startOf = (postgres: Postgres): PlatformCheckpoint => platformCheckpoint(postgres, CHECKPOINT);

/** The stream was lost and counts from 1 again: no kept sequence means anything any more. */
export async function forgetSequences(postgres: Postgres): Promise<void> {
  const tenants = await postgres.platform((db) => db.selectFrom("tenants").select("tenant_id").execute());
  for (const { tenant_id } of tenants) {
    await postgres.tenant(tenant_id, (db) =>
      db.updateTable("checkpoints").set({ position: "0" }).where("name", "=", CHECKPOINT).execute(),
    );
  }
  await postgres.platform((db) =>
    db.updateTable("checkpoints").set({ position: "0" }).where("name", "=", CHECKPOINT).execute(),
  );
}
