import type { PoolClient } from "pg";

/** A step from one state of a schema to the next. Never edited once it was released: another one follows it. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Migrations that follow each other, and what all of them together make, with no detours. */
export interface AtOnce {
  readonly migrations: readonly Migration[];
  readonly sql: string;
}

/**
 * Brings the schema at the head of the search path up to date, in the caller's transaction: all that is missing, or
 * nothing. Steps run in the order given; those that ran already are known by name. Where none of those has run that
 * can be made at once, they are.
 */
export async function migrate(client: PoolClient, steps: readonly (Migration | AtOnce)[]): Promise<void> {
  await client.query(
    "create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())",
  );
  const { rows } = await client.query<{ name: string }>("select name from migrations");
  const applied = new Set(rows.map(({ name }) => name));
  const run = (sql: string, ran: readonly Migration[]) =>
    client.query(`${sql};\ninsert into migrations (name) values ${ran.map(({ name }) => `('${name}')`).join(", ")}`);
  for (const step of steps) {
    const migrations = "migrations" in step ? step.migrations : [step];
    const missing = migrations.filter(({ name }) => !applied.has(name));
    if (missing.length === migrations.length) await run(step.sql, missing);
    else for (const migration of missing) await run(migration.sql, [migration]);
  }
}
