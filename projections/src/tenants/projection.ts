import { AlarmThresholds, TenantAlarm, tenantEvents, withThreshold } from "@tradesage/contracts";
import { z } from "zod";
import type { ProjectionOf } from "../projection.ts";

/** A column of JSON. */
export const alarmsOf = (text: string | null): readonly TenantAlarm[] =>
  z.array(TenantAlarm).parse(JSON.parse(text ?? "[]"));

export const thresholdsOf = (text: string | null): AlarmThresholds => AlarmThresholds.parse(JSON.parse(text ?? "{}"));

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
        alarms: null,
        thresholds: null,
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
    TenantAlarmRaised: {
      change: ({ alarms }, { data }) => ({ alarms: JSON.stringify([...alarmsOf(alarms), data.alarm]) }),
    },
    TenantAlarmCleared: {
      change: ({ alarms }, { data }) => ({
        alarms: JSON.stringify(alarmsOf(alarms).filter((alarm) => alarm !== data.alarm)),
      }),
    },
    AlarmThresholdSet: {
      change: ({ thresholds }, { data }) => ({
        thresholds: JSON.stringify(withThreshold(thresholdsOf(thresholds), data)),
      }),
    },
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
