import type { QueryConfig } from "@tradesage/postgres";

/**
 * A statement that Postgres parses and plans once a connection, and anew where the search path is another: tables that
 * hide others must be in a schema that is named there. None whose columns a migration may change: Postgres refuses to go
 * on with a plan of other columns. https://www.postgresql.org/docs/17/sql-prepare.html
 */
export function prepared(text: string, values: readonly unknown[]): QueryConfig {
  const name = names.get(text) ?? `read-models-${names.size}`;
  names.set(text, name);
  return { name, text, values: [...values] };
}

const names = new Map<string, string>();
