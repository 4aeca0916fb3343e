import { tenantCommands, tenantQueries } from "../tenants/tenants.ts";
import type { Route } from "./route.ts";

export const tenantRoutes = {
  createTenant: {
    kind: "command",
    method: "POST",
    path: "/v1/tenants",
    summary: "Create a tenant. It is provisioned after the answer: read it until its status is active.",
    type: tenantCommands.CreateTenant,
    aggregate: "tenantId",
    example: { tenantId: "acme", name: "Acme Capital", template: "trading" },
    scope: "platform",
    owner: "tenants",
    roles: ["operator"],
    status: 202,
    location: "/v1/tenants/{tenantId}",
    refusals: ["TENANT_EXISTS"],
  },
  listTenants: {
    kind: "query",
    method: "GET",
    path: "/v1/tenants",
    summary: "All tenants",
    type: tenantQueries.tenants,
    scope: "platform",
    owner: "projections",
    roles: ["operator"],
    refusals: [],
  },
  getTenant: {
    kind: "query",
    method: "GET",
    path: "/v1/tenants/{tenantId}",
    summary: "One tenant. A token of a tenant reads its own.",
    type: tenantQueries.tenant,
    scope: "platform",
    owner: "projections",
    roles: ["operator", "admin", "trader", "viewer"],
    refusals: ["TENANT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
