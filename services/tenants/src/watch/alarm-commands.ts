import { randomUUID } from "node:crypto";
import type { CommandEnvelope, TenantHealth, TenantId } from "@tradesage/contracts";

/** Tells a tenant which alarms stand now; whether that is news is for it to decide. */
export const reportAlarms = (tenant: TenantId, alarms: TenantHealth["alarms"], at: string): CommandEnvelope => {
  const id = `alarms:${randomUUID()}`;
  return {
    command: "ReportAlarms",
    data: { tenantId: tenant, alarms: [...alarms] },
    tenant,
    actor: "service:tenants",
    idempotencyKey: id,
    repeatable: false,
    correlation: id,
    at,
  };
};
