import type { PoolClient } from "@tradesage/postgres";

export interface Difference {
  readonly table: string;
  /** Where the row is, while the other side has none that is equal. */
  readonly only: "live" | "replayed";
  readonly row: Readonly<Record<string, unknown>>;
}

/** A live table: how many rows it has, and the sum of their 64-bit hashes, which is the same for the same rows. */
export interface TableCompared {
  readonly table: string;
  readonly rows: number;
  readonly sum: string;
  readonly equal: boolean;
}

export interface TablesCompared {
  /** Rows of the live tables. */
  readonly rows: number;
  readonly tables: readonly TableCompared[];
  /** The first hundred of each table. */
  readonly differences: readonly Difference[];
}

/** Compares tables of two schemas row by row, whatever their order. */
export async function compareTables(
  client: PoolClient,
  tables: readonly string[],
  live: string,
  replayed: string,
): Promise<TablesCompared> {
  const compared: TableCompared[] = [];
  const differences: Difference[] = [];
  for (const table of tables) {
    const [here, there] = [`${live}.${table}`, `${replayed}.${table}`];
    const [one, other] = [await sumOf(client, here), await sumOf(client, there)];
    const equal = one.rows === other.rows && one.sum === other.sum;
    compared.push({ table, rows: Number(one.rows), sum: one.sum, equal });
    if (equal) continue;
    for (const row of await except(client, here, there)) differences.push({ table, only: "live", row });
    for (const row of await except(client, there, here)) differences.push({ table, only: "replayed", row });
  }
  return { rows: compared.reduce((all, { rows }) => all + rows, 0), tables: compared, differences };
}

/** A table as its rows' count and the sum of their 64-bit hashes. */
async function sumOf(client: PoolClient, table: string): Promise<{ rows: string; sum: string }> {
  const { rows } = await client.query<{ rows: string; sum: string }>(
    `select count(*)::text as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as sum from ${table} t`,
  );
  return rows[0] ?? { rows: "0", sum: "0" };
}

async function except(client: PoolClient, one: string, other: string) {
  const { rows } = await client.query<Record<string, unknown>>(
    `select * from ${one} except all select * from ${other} limit 100`,
  );
  return rows;
}
