import type { PoolClient } from "pg";
import { quoted } from "./tables.ts";

/**
 * Takes the indexes off an empty table that rows are about to be loaded into, and gives the statements that make them
 * again: over all rows at once that takes a fraction of the time. Those of keys stay.
 */
export async function takeOffIndexes(client: PoolClient, table: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select relname as name, pg_get_indexdef(indexrelid) as definition from pg_index join pg_class on pg_class.oid = indexrelid
     where indrelid = $1::regclass and not exists (select from pg_constraint where conindid = indexrelid)`,
    [quoted([table])],
  );
  if (rows.length > 0) await client.query(`drop index ${quoted(rows.map(({ name }) => name))}`);
  return rows.map(({ definition }) => definition);
}
