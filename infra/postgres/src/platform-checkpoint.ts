import type { Postgres } from "./connect-postgres.ts";

/** How far something that follows the whole history has come, kept in the schema `platform` under a name of its own. */
export interface PlatformCheckpoint {
  /** 0 before the first save. */
  load(): Promise<bigint>;
  /** Never goes back: another process may have come further already. */
  save(position: bigint): Promise<void>;
}

export const platformCheckpoint = (postgres: Pick<Postgres, "platform">, name: string): PlatformCheckpoint => ({
  async load() {
    const row = await postgres.platform((db) =>
      db.selectFrom("checkpoints").select("position").where("name", "=", name).executeTakeFirst(),
    );
    return BigInt(row?.position ?? 0);
  },
  async save(reached) {
    const position = String(reached);
    await postgres.platform((db) =>
      db
        .insertInto("checkpoints")
        .values({ name, position })
        .onConflict((conflict) =>
          conflict.column("name").doUpdateSet({ position }).where("checkpoints.position", "<", position),
        )
        .execute(),
    );
  },
});
