import { randomUUID } from "node:crypto";
import type { CommandEnvelope, EventMetadata, TenantTemplate } from "@tradesage/contracts";

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
