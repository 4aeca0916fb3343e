import { randomUUID } from "node:crypto";
import type { BackupId, CommandEnvelope, EventMetadata, TenantTemplate } from "@tradesage/contracts";

type Cause = Pick<EventMetadata, "tenant" | "correlation">;

const envelope = (eventId: string, { tenant, correlation }: Cause) => ({
  tenant,
  actor: "service:tenants",
  correlation,
  causation: eventId,
  at: new Date().toISOString(),
});

/** The same command however often it is sent for one request. */
export const activate = (eventId: string, cause: Cause): CommandEnvelope => ({
  ...envelope(eventId, cause),
  command: "ActivateTenant",
  data: { tenantId: cause.tenant },
  idempotencyKey: `activate:${eventId}`,
});

/** The same, for a request of another template. */
export const completeTemplateChange = (eventId: string, cause: Cause, template: TenantTemplate): CommandEnvelope => ({
  ...envelope(eventId, cause),
  command: "CompleteTemplateChange",
  data: { tenantId: cause.tenant, template },
  idempotencyKey: `template:${eventId}`,
});

/** Whether it is news is for the tenant to decide. */
export const reportFailure = (eventId: string, cause: Cause, error: unknown): CommandEnvelope => ({
  ...envelope(eventId, cause),
  command: "ReportProvisioningFailure",
  data: { tenantId: cause.tenant, reason: (error instanceof Error ? error.message : String(error)).slice(0, 500) },
  idempotencyKey: `failure:${randomUUID()}`,
});

/** Asked anew after a refusal, which is not remembered: another backup may have been under way. */
export const requestBackup = (eventId: string, cause: Cause, backupId: BackupId): CommandEnvelope => ({
  ...envelope(eventId, cause),
  command: "RequestBackup",
  data: { tenantId: cause.tenant, backupId, kind: "full" },
  idempotencyKey: backupId,
  repeatable: false,
});

export const beginDeletion = (eventId: string, cause: Cause, backupId: BackupId): CommandEnvelope => ({
  ...envelope(eventId, cause),
  command: "BeginDeletion",
  data: { tenantId: cause.tenant, backupId },
  idempotencyKey: `delete:${eventId}`,
});

export const completeDeletion = (eventId: string, cause: Cause): CommandEnvelope => ({
  ...envelope(eventId, cause),
  command: "CompleteDeletion",
  data: { tenantId: cause.tenant },
  idempotencyKey: `deleted:${eventId}`,
});
