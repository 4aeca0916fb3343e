import { auditQueries } from "../audit/audit.ts";
import type { Route } from "./route.ts";

export const auditRoutes = {
  listAuditEvents: {
    kind: "query",
    method: "GET",
    scope: "tenant",
    owner: "audit",
    roles: ["auditor", "admin"],
    path: "/v1/audit/events",
    summary:
      "Every event of the tenant, oldest first: what happened, who did it and why; a download with Accept text/csv or application/x-ndjson",
    downloads: ["csv", "ndjson"],
    type: auditQueries.auditEvents,
    refusals: [],
  },
} as const satisfies Record<string, Route>;
