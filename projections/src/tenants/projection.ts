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
    TemplateChanged: { change: (_, { data }) => ({ template: data.template, requested_template: null }) },
  },
};
