import type { PoolClient } from "pg";

/** A table of the schema at the head of the search path, with the columns that can be written. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Every table of the schema that the transaction works in, its hypertables among them and their chunks not. */
export async function tablesOf(client: PoolClient): Promise<readonly TableShape[]> {
  const { rows } = await client.query<TableShape>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname order by c.relname`);
  return rows;
}

/** A table's rows as one number, whatever their order: equal tables have equal ones. */
export interface TableSum {
  readonly rows: string;
  readonly sum: string;
}

export type TableSums = Readonly<Record<string, TableSum>>;

/** Counts and checksums of every table: 64-bit hashes of the rows' text, added up. */
export async function sumsOf(client: PoolClient): Promise<TableSums> {
  const sums: Record<string, TableSum> = {};
  for (const { name, columns } of await tablesOf(client)) {
    const { rows } = await client.query<TableSum>(
      `select count(*)::text as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as sum
       from (select ${quoted(columns)} from ${quoted([name])}) t`,
    );
    if (rows[0]) sums[name] = rows[0];
  }
  return sums;
}

export const quoted = (names: readonly string[]): string =>
  names.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");
