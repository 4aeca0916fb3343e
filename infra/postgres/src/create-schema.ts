import type { PoolClient } from "pg";
import { type AtOnce, type Migration, migrate } from "./migrations/migrate.ts";
import type { ScopeNames } from "./scope.ts";

/**
 * Makes the schema, owned by its role, and all that belongs in it, under that role, in the caller's transaction.
 * @throws Error when a schema of that name stands already and belongs to somebody else.
 */
export async function createSchema(
  client: PoolClient,
  { schema, role }: Omit<ScopeNames, "scope">,
  migrations: readonly (Migration | AtOnce)[],
): Promise<void> {
  await client.query(`create schema if not exists ${schema} authorization ${role}`);
  const { rows } = await client.query<{ owner: string }>(
    "select nspowner::regrole::text as owner from pg_namespace where nspname = $1",
    [schema],
  );
  if (rows[0]?.owner !== role) throw new Error(`the schema ${schema} belongs to ${rows[0]?.owner}, not to ${role}`);
  await client.query("select set_config('role', $1, true), set_config('search_path', $2, true)", [
    role,
    `${schema}, public`,
  ]);
  await migrate(client, migrations);
}
