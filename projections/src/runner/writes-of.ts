import type { RecordedEvent } from "@tradesage/event-store";
import type { PoolClient } from "@tradesage/postgres";
import type { Projection } from "../projection.ts";
import { changesOf } from "./fold.ts";

type Row = Record<string, unknown>;

/** What is to be done to the rows of a read model in one go: a statement over them, as the JSON that they travel as. */
export interface Write {
  readonly name: string;
  /** `parameter` stands for the JSON. */
  readonly sql: (parameter: string) => string;
  readonly json: string;
}

/** What events do to a read model; the rows that they change are read, and none is written yet. */
export async function writesOf(
  client: PoolClient,
  { table, key, ...projection }: Projection,
  events: readonly RecordedEvent[],
): Promise<readonly Write[]> {
  const keyColumns = Object.keys(key).join(", ");
  // Postgres reads rows by the table's own column types: decimals stay exact.
  const rowsOf = (parameter: string) => `json_populate_recordset(null::${table}, ${parameter})`;
  const changes = changesOf({ table, key, ...projection }, events);
  const { put, removed } = changes.apply(await read());
  const writes: Write[] = [];

  if (put[0]) {
    // In one order always: rows that were read have that of the table, which may be any.
    const columns = Object.keys(put[0]).sort();
    const excluded = columns.map((column) => `excluded.${column}`);
    writes.push({
      name: `put_${table}`,
      sql: (rows) => `insert into ${table} (${columns}) select ${columns} from ${rowsOf(rows)}
        on conflict (${keyColumns}) do update set (${columns}) = row(${excluded})`,
      json: JSON.stringify(put),
    });
  }
  if (removed.length > 0)
    writes.push({
      name: `removed_${table}`,
      sql: (rows) => `delete from ${table} where (${keyColumns}) in (select ${keyColumns} from ${rowsOf(rows)})`,
      json: JSON.stringify(removed),
    });
  return writes;

  async function read(): Promise<readonly Row[]> {
    if (changes.toRead.length === 0) return [];
    const { rows } = await client.query<Row>(
      `select * from ${table} join (select ${keyColumns} from ${rowsOf("$1")}) as wanted using (${keyColumns})`,
      [JSON.stringify(changes.toRead)],
    );
    return rows;
  }
}
