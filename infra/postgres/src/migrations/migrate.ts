import type { PoolClient } from "pg";

/** A step from one state of a schema to the next. Never edited once it was released: another one follows it. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/**
 * Brings the schema at the head of the search path up to date, in the caller's transaction: all that is missing, or
 * nothing. Steps run in the order given; those that ran already are known by name.
 */
export async function migrate(client: PoolClient, migrations: readonly Migration[]): Promise<void> {
  await client.query(
    "create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())",
  );
  const { rows } = await client.query<{ name: string }>("select name from migrations");
  const applied = new Set(rows.map(({ name }) => name));
  for (const { name, sql } of migrations) {
    if (applied.has(name)) continue;
    await client.query(sql);
    await client.query("insert into migrations (name) values ($1)", [name]);
  }
}
