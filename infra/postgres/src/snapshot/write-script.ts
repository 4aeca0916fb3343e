import type { PoolClient } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { END_OF_COPY, END_OF_STATEMENT } from "./script.ts";
import { quoted, type TableShape } from "./tables.ts";

export const text = (lines: string) => Buffer.from(lines);
export const statement = (sql: string) => text(`${sql}\n${END_OF_STATEMENT}\n`);

/** Rows of a table, all or what `from` gives of it, as the script's `copy`. */
export async function* copyOut(
  client: PoolClient,
  { name, columns }: TableShape,
  from = quoted([name]),
): AsyncGenerator<Buffer> {
  const all = columns.map((column) => `held.${quoted([column])}`).join(", ");
  yield text(`copy ${quoted([name])} (${quoted(columns)}) from stdin;\n`);
  yield* client.query(copyTo(`copy (select ${all} from ${from} as held) to stdout`));
  yield text(`${END_OF_COPY}\n${END_OF_STATEMENT}\n`);
}

/** Brings every sequence of the schema to where it is. */
export async function* setSequences(client: PoolClient): AsyncGenerator<Buffer> {
  const { rows } = await client.query<{ name: string; value: string | null }>(
    "select sequencename as name, last_value::text as value from pg_sequences where schemaname = current_schema()",
  );
  for (const { name, value } of rows)
    if (value !== null) yield statement(`select setval('${quoted([name])}', ${value});`);
}
