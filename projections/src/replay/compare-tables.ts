import type { PoolClient } from "@tradesage/postgres";

export interface Difference {
  readonly table: string;
  /** Where the row is, while the other side has none that is equal. */
  readonly only: "live" | "replayed";
  readonly row: Readonly<Record<string, unknown>>;
}

export interface TablesCompared {
  /** Rows of the live tables. */
  readonly rows: number;
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
  let rows = 0;
  const differences: Difference[] = [];
  for (const table of tables) {
    const [here, there] = [`${live}.${table}`, `${replayed}.${table}`];
    const [one, other] = [await sumOf(client, here), await sumOf(client, there)];
    rows += Number(one.rows);
    if (one.rows === other.rows && one.sum === other.sum) continue;
    for (const row of await except(client, here, there)) differences.push({ table, only: "live", row });
    for (const row of await except(client, there, here)) differences.push({ table, only: "replayed", row });
  }
  return { rows, differences };
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
