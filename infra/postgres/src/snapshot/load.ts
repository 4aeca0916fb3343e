import { pipeline } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { RowsDiffer } from "../errors.ts";
import { partsOf } from "./script.ts";
import { quoted, type RowHash, sumsOf, type TableSums } from "./tables.ts";
import { takeOffIndexes } from "./take-off-indexes.ts";

/** Loads the wanted tables, which are empty, all statements too where all are wanted; gives what the loaded tables hold. */
export async function load(
  client: PoolClient,
  script: AsyncIterable<Uint8Array>,
  isWanted: (table: string) => boolean,
): Promise<TableSums> {
  const all = isWanted("checkpoints");
  const loaded = new Set<string>();
  const indexes: string[] = [];
  let taken: TableSums = {};
  let hash: RowHash = "values";
  for await (const part of partsOf(script)) {
    if (part.kind === "sums") ({ sums: taken, hash } = part);
    else if (part.kind === "statement") {
      const [, sequence] = /^select setval\('"([^"]+)"'/.exec(part.sql) ?? [];
      // A table's own sequence is called after it (PostgreSQL manual, CREATE TABLE, serial types).
      const isOfLoaded = sequence !== undefined && [...loaded].some((table) => sequence.startsWith(`${table}_`));
      if (all || isOfLoaded) await client.query(part.sql);
    } else if (isWanted(part.table)) {
      indexes.push(...(await takeOffIndexes(client, part.table)));
      await pipeline(part.rows, client.query(copyFrom(part.sql)));
      loaded.add(part.table);
    } else for await (const _ of part.rows);
  }
  for (const definition of indexes) await client.query(definition);
  if (loaded.size > 0) await client.query(`analyze ${quoted([...loaded])}`);
  const now = await sumsOf(client, { hash, of: loaded });
  for (const table of loaded)
    if (now[table]?.sum !== taken[table]?.sum || now[table]?.rows !== taken[table]?.rows) throw new RowsDiffer(table);
  return now;
}
