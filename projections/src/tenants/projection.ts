import { tenantEvents } from "@tradesage/contracts";
import type { ProjectionOf } from "../projection.ts";

export const tenants: ProjectionOf<"tenants", typeof tenantEvents> = {
  table: "tenants",
  aggregate: "tenant",
  events: tenantEvents,
  key: { tenant_id: "tenantId" },
  on: {
    TenantRequested: {
      put: ({ data, at }) => ({
        tenant_id: data.tenantId,
        name: data.name,
        template: data.template,
        status: "provisioning",
        created_at: at,
        failure: null,
        suspension: null,
        requested_template: null,
        deletion_reason: null,
        deletion_due_at: null,
      }),
    },
    TenantActivated: { change: () => ({ status: "active", failure: null }) },
    TenantProvisioningFailed: { change: (_, { data }) => ({ status: "failed", failure: data.reason }) },
    TenantRenamed: { change: (_, { data }) => ({ name: data.name }) },
    TenantSuspended: { change: (_, { data }) => ({ status: "suspended", suspension: data.reason ?? null }) },
    TenantResumed: { change: () => ({ status: "active", suspension: null }) },
    TemplateChangeRequested: { change: (_, { data }) => ({ requested_template: data.template }) },
    RetentionSet: "ignored",
    TerminalKeyIssued: "ignored",
    TerminalKeyRevoked: "ignored",
    TenantDeletionRequested: {
      change: (_, { data, at }) => ({
        deletion_reason: data.reason,
        deletion_due_at: new Date(Date.parse(at) + data.graceHours * 3_600_000).toISOString(),
      }),
    },
    TenantDeletionCancelled: { change: () => ({ deletion_reason: null, deletion_due_at: null }) },
    TenantDeletionBegun: { change: () => ({ status: "deleting" }) },
    TenantDeleted: { change: () => ({ status: "deleted" }) },
    TemplateChanged: { change: (_, { data }) => ({ template: data.template, requested_template: null }) },
  },
};
