import type { TenantId, TenantTemplate } from "@tradesage/contracts";
import { alone } from "./alone.ts";
import type { Postgres } from "./connect-postgres.ts";
import { createRole } from "./create-role.ts";
import { createSchema } from "./create-schema.ts";
import { inFewSteps, tenantMigrations } from "./migrations/tenant/index.ts";
import { tenantScope } from "./scope.ts";
import { takeSpareSchema } from "./spare-schemas.ts";

/**
 * Makes a tenant's role, schema and tables, or brings them up to date. Safe to repeat, from several processes, after a
 * failure at any point: the role stands first, then the schema with everything in it, or nothing. A spare schema is taken
 * where there is one.
 * @throws ZodError when the id is not a tenant's; PostgresUnavailable.
 */
export async function provisionTenantSchema(
  postgres: Postgres,
  tenant: TenantId,
  template: TenantTemplate,
): Promise<void> {
  const names = tenantScope(tenant);
  await postgres.owner(async (client) => {
    await takeSpareSchema(client, names, template);
    await createRole(client, names.role);
    // It locks the server's table of roles: many tenants at once must not wait for each other's tables. The same session
    // goes on, since what another remembers of roles may lag behind while many are made.
    await client.query("commit and chain");
    await alone(client, names.schema);
    await createSchema(client, names, inFewSteps(tenantMigrations(template)));
  });
}
