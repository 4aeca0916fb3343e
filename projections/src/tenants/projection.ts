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
      }),
    },
    TenantActivated: { change: () => ({ status: "active", failure: null }) },
    TenantProvisioningFailed: { change: (_, { data }) => ({ status: "failed", failure: data.reason }) },
  },
};
