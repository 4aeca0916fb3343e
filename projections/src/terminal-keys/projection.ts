import { tenantEvents } from "@tradesage/contracts";
import type { ProjectionOf } from "../projection.ts";

/** What is known of terminal keys but their digests, which nobody needs to read. */
export const terminalKeys: ProjectionOf<"terminal_keys", typeof tenantEvents> = {
  table: "terminal_keys",
  aggregate: "tenant",
  events: tenantEvents,
  key: { tenant_id: "tenantId", key_id: "keyId" },
  on: {
    TerminalKeyIssued: {
      put: ({ data, at }) => ({
        tenant_id: data.tenantId,
        key_id: data.keyId,
        label: data.label ?? null,
        issued_at: at,
        revoked_at: null,
      }),
    },
    TerminalKeyRevoked: { change: (_, { at }) => ({ revoked_at: at }) },
    TenantRequested: "ignored",
    TenantActivated: "ignored",
    TenantProvisioningFailed: "ignored",
    TenantRenamed: "ignored",
    TenantSuspended: "ignored",
    TenantResumed: "ignored",
    TemplateChangeRequested: "ignored",
    RetentionSet: "ignored",
    TemplateChanged: "ignored",
    TenantDeletionRequested: "ignored",
    TenantDeletionCancelled: "ignored",
    TenantDeletionBegun: "ignored",
    TenantDeleted: "ignored",
    TenantAlarmRaised: "ignored",
    AlarmThresholdSet: "ignored",
    TenantAlarmCleared: "ignored",
  },
};
