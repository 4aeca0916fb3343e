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

/** What of a row is hashed, to 64 bits: its values, or, in the oldest snapshots, its text, which takes three times as long. */
export type RowHash = "values" | "text";
const hashes = { values: "hash_record_extended(t, 0)", text: "hashtextextended(t::text, 0)" } as const;

/**
 * Counts and checksums of every table, or of those that are named: the hashes of its rows, added up. The text of a time
 * depends on the session's zone, so that it is UTC for the rest of the transaction.
 */
export async function sumsOf(
  client: PoolClient,
  { hash, of }: { readonly hash?: RowHash; readonly of?: ReadonlySet<string> } = {},
): Promise<TableSums> {
  await client.query(inUtc);
  const sums: Record<string, TableSum> = {};
  for (const table of await tablesOf(client))
    if (of?.has(table.name) ?? true) sums[table.name] = await sumOf(client, table, { ...(hash && { hash }) });
  return sums;
}

interface SumOptions {
  /** What is summed up in the place of the whole table, in SQL. */
  readonly from?: string;
  readonly hash?: RowHash;
}

/** The same of one table. */
export async function sumOf(client: PoolClient, table: TableShape, options?: SumOptions): Promise<TableSum> {
  const { rows } = await client.query<TableSum>(sumQuery(table, options));
  return rows[0] ?? { rows: "0", sum: "0" };
}

export const sumQuery = (
  { name, columns }: TableShape,
  { from = quoted([name]), hash = "values" }: SumOptions = {},
): string =>
  `select count(*)::text as rows, coalesce(sum(${hashes[hash]}), 0)::text as sum
   from (select ${columns.map((column) => `held.${quoted([column])}`).join(", ")} from ${from} as held) t`;

export const inUtc = "set local timezone = 'UTC'";

/** Tables that are neither read models nor the schema's own bookkeeping: no history gives their rows. */
export async function tablesWithoutHistory(client: PoolClient): Promise<readonly TableShape[]> {
  const { rows } = await client.query<{ name: string }>("select name from checkpoints where name <> 'ticks'");
  const left = new Set(["checkpoints", "migrations", ...rows.map(({ name }) => name)]);
  return (await tablesOf(client)).filter(({ name }) => !left.has(name));
}

export const quoted = (names: readonly string[]): string =>
  names.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");
