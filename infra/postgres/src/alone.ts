import type { PoolClient } from "pg";

/** Waits until no other transaction of this database works on the same thing; then it is ours until this one ends. */
export async function alone(client: PoolClient, thing: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`tradesage:${thing}`]);
}
