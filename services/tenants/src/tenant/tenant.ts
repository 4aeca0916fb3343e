import { refuse, type TenantCommand, type TenantEvent, type TenantStatus } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";

/** What decisions about a tenant depend on; `undefined` before it was requested. */
export type TenantState = { readonly status: TenantStatus; readonly failure?: string } | undefined;

/** A tenant's life, so far: requested, then active once its schema stands; failures in between are told. */
export const tenant: Decider<TenantState, TenantCommand, TenantEvent> = {
  initialState: undefined,

  evolve(_, event) {
    switch (event.type) {
      case "TenantRequested":
        return { status: "provisioning" };
      case "TenantActivated":
        return { status: "active" };
      case "TenantProvisioningFailed":
        return { status: "failed", failure: event.data.reason };
    }
  },

  decide({ type, data }, state) {
    switch (type) {
      case "CreateTenant": {
        if (state) return refuse("TENANT_EXISTS");
        const { tenantId, name = tenantId, template } = data;
        return [{ type: "TenantRequested", data: { tenantId, name, template } }];
      }
      case "ActivateTenant":
        if (!state) return refuse("TENANT_NOT_FOUND");
        return state.status === "active" ? [] : [{ type: "TenantActivated", data }];
      case "ReportProvisioningFailure":
        if (!state) return refuse("TENANT_NOT_FOUND");
        if (state.status === "active" || state.failure === data.reason) return [];
        return [{ type: "TenantProvisioningFailed", data }];
    }
  },
};
