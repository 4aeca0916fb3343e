import type { Postgres } from "@tradesage/postgres";

const NAME = "low-water";

/**
 * Up to where the events of all scopes are written: where a restart begins to read. It may lag behind: each scope has
 * the exact checkpoint beside its rows, and leaves out what it has seen.
 */
export const lowWaterOf = (postgres: Postgres) => ({
  async load(): Promise<bigint> {
    const row = await postgres.platform((db) =>
      db.selectFrom("checkpoints").select("position").where("name", "=", NAME).executeTakeFirst(),
    );
    return BigInt(row?.position ?? 0);
  },
  /** Another runner may be further already. */
  async save(position: bigint): Promise<void> {
    await postgres.platform((db) =>
      db
        .insertInto("checkpoints")
        .values({ name: NAME, position: String(position) })
        .onConflict((conflict) =>
          conflict
            .column("name")
            .doUpdateSet({ position: String(position) })
            .where("checkpoints.position", "<", String(position)),
        )
        .execute(),
    );
  },
});
