import { refuse, type TenantView, tenantQueries } from "@tradesage/contracts";
import type { PlatformTables } from "@tradesage/postgres";
import { platformQuestion } from "../question.ts";
import { alarmsOf, thresholdsOf } from "./projection.ts";

const view = (row: PlatformTables["tenants"]): TenantView => ({
  tenantId: row.tenant_id,
  name: row.name,
  template: row.template,
  status: row.status,
  createdAt: row.created_at,
  position: row.position,
  ...(row.failure !== null && { failure: row.failure }),
  ...(row.suspension !== null && { suspension: row.suspension }),
  ...(row.deletion_due_at !== null && { deletion: { reason: row.deletion_reason ?? "", dueAt: row.deletion_due_at } }),
  ...(alarmsOf(row.alarms).length > 0 && { alarms: [...alarmsOf(row.alarms)] }),
  ...(Object.keys(thresholdsOf(row.thresholds)).length > 0 && { thresholds: thresholdsOf(row.thresholds) }),
  ...(row.requested_template !== null && { requestedTemplate: row.requested_template }),
});

export const tenantsQuestion = platformQuestion(tenantQueries.tenants, "tenants", async (db) => {
  const rows = await db.selectFrom("tenants").selectAll().orderBy("tenant_id").execute();
  return { items: rows.map(view) };
});

export const tenantQuestion = platformQuestion(tenantQueries.tenant, "tenants", async (db, { tenantId }) => {
  const row = await db.selectFrom("tenants").selectAll().where("tenant_id", "=", tenantId).executeTakeFirst();
  return row ? view(row) : refuse("TENANT_NOT_FOUND");
});
