import { PLATFORM, type Scope, TenantId } from "@tradesage/contracts";

/** A schema and the role that owns it and sees nothing else. Names are literals of ours or made of a checked tenant id. */
export interface ScopeNames {
  readonly scope: Scope;
  readonly schema: string;
  readonly role: string;
}

/**
 * Where a tenant's rows live: `tenant_<id>`, owned by a role of the same name. At most 38 of the 63 bytes at which
 * Postgres silently cuts an identifier, so that two tenants never share one.
 * @throws ZodError when the id is not a tenant's.
 */
export const schemaOf = (tenant: TenantId): string => `tenant_${TenantId.parse(tenant)}`;

export const platformScope: ScopeNames = { scope: PLATFORM, schema: "platform", role: "tradesage_platform" };

export function tenantScope(tenant: TenantId): ScopeNames {
  const schema = schemaOf(tenant);
  return { scope: tenant, schema, role: schema };
}
