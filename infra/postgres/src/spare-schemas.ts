import { randomBytes } from "node:crypto";
import type { TenantTemplate } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import { alone } from "./alone.ts";
import type { Postgres } from "./connect-postgres.ts";
import { createRole } from "./create-role.ts";
import { createSchema } from "./create-schema.ts";
import { inFewSteps, tenantMigrations } from "./migrations/tenant/index.ts";
import type { ScopeNames } from "./scope.ts";

/** What a spare schema is made of. Most tenants are; to be one of a wider template it lacks only the rest. */
const migrations = tenantMigrations("trading");

/**
 * Makes a schema with tables and a role, `spare_…`, for a tenant to come, where there are fewer than `most`; several
 * processes make no more than that between them. All of it stands then, or nothing.
 * @returns how many there are.
 * @throws PostgresUnavailable.
 */
export async function makeSpareSchema(postgres: Postgres, most: number): Promise<number> {
  return postgres.owner(async (client) => {
    await alone(client, "making spare schemas");
    const { length } = await spares(client);
    if (length >= most) return length;
    const name = `spare_${randomBytes(8).toString("hex")}`;
    await createRole(client, name);
    await createSchema(client, { schema: name, role: name }, inFewSteps(migrations));
    return length + 1;
  });
}

/**
 * Gives a spare schema and its role the names of a new tenant, in the caller's transaction, where there is one: it makes
 * nothing that provisioning would not make, and what the spare lacks is still to be made. Where something of the
 * tenant's stands already, nothing happens.
 */
export async function takeSpareSchema(
  client: PoolClient,
  { schema, role }: ScopeNames,
  template: TenantTemplate,
): Promise<void> {
  const wanted = tenantMigrations(template);
  if (!migrations.every((migration) => wanted.includes(migration))) return;
  if ((await spares(client)).length === 0) return;
  await alone(client, "taking spare schemas");
  const [spare] = await spares(client);
  const { rows } = await client.query("select 1 where to_regnamespace($1) is null and to_regrole($2) is null", [
    schema,
    role,
  ]);
  if (spare === undefined || rows.length === 0) return;
  // Only its owner may rename a schema; the connecting role has his rights for that moment.
  await client.query(`
    grant ${spare} to current_user with inherit true, set true;
    alter schema ${spare} rename to ${schema};
    alter role ${spare} rename to ${role};
    grant ${role} to current_user with inherit false, set true;
  `);
}

async function spares(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select nspname as name from pg_namespace where nspname ~ '^spare_[0-9a-f]{16}$' order by 1",
  );
  return rows.map(({ name }) => name);
}
