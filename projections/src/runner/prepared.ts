import type { QueryConfig } from "@tradesage/postgres";

/**
 * A statement that Postgres parses and plans once a connection, and anew where the search path is another: tables that
 * hide others must be in a schema that is named there. None whose columns a migration may change: Postgres refuses to go
 * on with a plan of other columns. https://www.postgresql.org/docs/17/sql-prepare.html
 */
export function prepared(text: string, values: readonly unknown[]): QueryConfig {
  const name = names.get(text) ?? `read-models-${names.size}`;
  if (names.size >= KEPT && !names.has(text)) return { text, values: [...values] };
  names.set(text, name);
  return { name, text, values: [...values] };
}

/** Each connection keeps their plans in its memory; what else comes is seldom, and is parsed each time. */
const KEPT = 100;
const names = new Map<string, string>();
