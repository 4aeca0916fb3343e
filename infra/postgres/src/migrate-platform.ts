import { alone } from "./alone.ts";
import type { Postgres } from "./connect-postgres.ts";
import { createRole } from "./create-role.ts";
import { createSchema } from "./create-schema.ts";
import { platformMigrations } from "./migrations/platform/index.ts";
import { platformScope } from "./scope.ts";

/**
 * Makes the schema `platform` and brings it up to date. Every process that needs it calls this when it starts: several
 * at once, and again after any failure.
 */
export async function migratePlatform(postgres: Postgres): Promise<void> {
  await postgres.owner((client) => createRole(client, platformScope.role));
  await postgres.owner(async (client) => {
    await alone(client, platformScope.schema);
    await client.query("create extension if not exists timescaledb schema public");
    await createSchema(client, platformScope, platformMigrations);
  });
}
