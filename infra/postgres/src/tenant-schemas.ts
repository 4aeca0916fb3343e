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
