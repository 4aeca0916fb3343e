import { backupCommands, backupQueries } from "../backups/backups.ts";
import type { Route } from "./route.ts";

export const backupRoutes = {
  requestBackup: {
    kind: "command",
    method: "POST",
    path: "/v1/tenants/{tenantId}/backups",
    summary: "Back a tenant up. It is done after the answer: read it until its status is no longer running.",
    type: backupCommands.RequestBackup,
    aggregate: "tenantId",
    generates: "backupId",
    example: { kind: "full" },
    scope: "platform",
    owner: "backups",
    roles: ["operator"],
    status: 202,
    location: "/v1/tenants/{tenantId}/backups/{backupId}",
    refusals: ["TENANT_NOT_FOUND", "BACKUP_EXISTS", "BACKUP_RUNNING"],
  },
  listBackups: {
    kind: "query",
    method: "GET",
    path: "/v1/tenants/{tenantId}/backups",
    summary: "The backups of a tenant, the newest first",
    type: backupQueries.backups,
    scope: "platform",
    owner: "projections",
    roles: ["operator"],
    refusals: [],
  },
  getBackup: {
    kind: "query",
    method: "GET",
    path: "/v1/tenants/{tenantId}/backups/{backupId}",
    summary: "One backup",
    type: backupQueries.backup,
    scope: "platform",
    owner: "projections",
    roles: ["operator"],
    refusals: ["BACKUP_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
