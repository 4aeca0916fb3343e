import { healthQueries } from "../tenants/health.ts";
import type { Route } from "./route.ts";

const query = { kind: "query", method: "GET", scope: "platform", owner: "watch" } as const;

export const healthRoutes = {
  getTenantHealth: {
    ...query,
    path: "/v1/tenants/{tenantId}/health",
    summary:
      "How a tenant fares: size, rates, lag, backups, alarms, slow statements; as last looked at. A token of a tenant reads its own.",
    type: healthQueries.tenantHealth,
    roles: ["operator", "admin"],
    refusals: ["TENANT_NOT_FOUND"],
  },
  listTenantHealth: {
    ...query,
    path: "/v1/tenant-health",
    summary: "How all tenants fare that have a schema, as last looked at",
    type: healthQueries.tenantsHealth,
    roles: ["operator"],
    refusals: [],
  },
} as const satisfies Record<string, Route>;
