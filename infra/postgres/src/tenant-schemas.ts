import { TenantId, type TenantTemplate } from "@tradesage/contracts";
import type { Postgres } from "./connect-postgres.ts";
import { tenantMigrations } from "./migrations/tenant/index.ts";

/** The tenants whose schemas stand, by id. Throws PostgresUnavailable. */
export async function provisionedTenants(postgres: Postgres): Promise<readonly TenantId[]> {
  const { rows } = await postgres.owner((client) =>
    client.query<{ schema: string }>(
      "select nspname as schema from pg_namespace where nspname like 'tenant\\_%' order by 1",
    ),
  );
  return rows.flatMap(({ schema }) => TenantId.safeParse(schema.slice("tenant_".length)).data ?? []);
}

/**
 * For each tenant whose schema stands, what becomes another whenever a migration has run in it, a second later at most: to
 * be compared. By the statistics of Postgres; nothing of a tenant's is read. Throws PostgresUnavailable.
 */
export async function migrationMarks(postgres: Postgres): Promise<ReadonlyMap<TenantId, string>> {
  const { rows } = await postgres.owner((client) =>
    client.query<{ schema: string; mark: string }>(
      `select schemaname as schema, concat(relid, ' ', n_tup_ins) as mark from pg_stat_user_tables
       where relname = 'migrations' and schemaname like 'tenant\\_%' order by 1`,
    ),
  );
  return new Map(
    rows.flatMap(({ schema, mark }) => {
      const { data: tenant } = TenantId.safeParse(schema.slice("tenant_".length));
      return tenant === undefined ? [] : [[tenant, mark]];
    }),
  );
}

/**
 * Names of the migrations that a tenant of this template still lacks, in order.
 * @throws TenantNotProvisioned while it has no schema; PostgresUnavailable.
 */
export async function pendingMigrations(
  postgres: Postgres,
  tenant: TenantId,
  template: TenantTemplate,
): Promise<readonly string[]> {
  const { rows } = await postgres.tenant(tenant, (_, client) =>
    client.query<{ name: string }>("select name from migrations"),
  );
  const applied = new Set(rows.map(({ name }) => name));
  return tenantMigrations(template).flatMap(({ name }) => (applied.has(name) ? [] : [name]));
}

/**
 * Tells whether a tenant's tables are of the same shape as once: a digest of the names of its migrations.
 * @throws TenantNotProvisioned; PostgresUnavailable.
 */
export async function shapeOf(postgres: Postgres, tenant: TenantId): Promise<string> {
  const { rows } = await postgres.tenant(tenant, (_, client) =>
    client.query<{ shape: string }>("select md5(string_agg(name, ',' order by name)) as shape from migrations"),
  );
  return rows[0]?.shape ?? "";
}
