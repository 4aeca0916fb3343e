import { PLATFORM, type Scope } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import { alone } from "./alone.ts";
import type { Postgres } from "./connect-postgres.ts";
import { createSchema } from "./create-schema.ts";
import { platformMigrations } from "./migrations/platform/index.ts";
import { inFewSteps, knownMigrations } from "./migrations/tenant/index.ts";
import { platformScope, type ScopeNames, tenantScope } from "./scope.ts";

const namesOf = (scope: Scope): ScopeNames => (scope === PLATFORM ? platformScope : tenantScope(scope));

/** Where a scope's tables are built anew, beside its own. */
export const scratchSchemaOf = (scope: Scope): string => `rebuild_${namesOf(scope).scope}`;

/**
 * Makes a schema beside a scope's own, of the same tables and role, as its migrations make them: with no rows but those
 * that they bring. What an earlier one has left is dropped.
 * @throws PostgresUnavailable; Error when the scope has no schema, or one of a newer release than this.
 */
export async function createScratchSchema(postgres: Postgres, scope: Scope): Promise<void> {
  const { role, schema } = namesOf(scope);
  const scratch = { role, schema: scratchSchemaOf(scope) };
  await postgres.owner(async (client) => {
    await alone(client, scratch.schema);
    await client.query("select set_config('role', $1, true)", [role]);
    const { rows } = await client.query<{ name: string }>(`select name from ${schema}.migrations`);
    await drop(client, scratch.schema);
    await client.query("reset role");
    const migrations =
      scope === PLATFORM ? platformMigrations : inFewSteps(knownMigrations(rows.map(({ name }) => name)));
    await createSchema(client, scratch, migrations);
  });
}

export async function dropScratchSchema(postgres: Postgres, scope: Scope): Promise<void> {
  await postgres.owner(async (client) => {
    await client.query("select set_config('role', $1, true)", [namesOf(scope).role]);
    await drop(client, scratchSchemaOf(scope));
  });
}

const drop = (client: PoolClient, schema: string) => client.query(`drop schema if exists ${schema} cascade`);
