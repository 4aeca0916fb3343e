import { deskQueries, PLATFORM, refuse, type TenantId } from "@tradesage/contracts";
import type { PlatformTables } from "@tradesage/postgres";
import type { Transaction } from "kysely";
import { platformQuestion } from "../question.ts";

export const desksQuestion = platformQuestion(deskQueries.desks, "desks", async (db, { tenantId }) => {
  if (tenantId !== PLATFORM) await requireTenant(db, tenantId);
  const rows = await db
    .selectFrom("desks")
    .selectAll()
    .where("tenant_id", "in", [tenantId, PLATFORM])
    .orderBy("tenant_id")
    .execute();
  return {
    items: rows.map((row) => ({
      tenantId: row.tenant_id,
      state: row.state,
      ...(row.reason !== null && { reason: row.reason }),
      changedBy: row.changed_by,
      changedAt: row.changed_at,
      position: row.position,
    })),
  };
});

/** What a desk has none of: nothing, if there is such a tenant. @throws Refused TENANT_NOT_FOUND */
export async function requireTenant(db: Transaction<PlatformTables>, tenantId: TenantId): Promise<void> {
  const row = await db.selectFrom("tenants").select("tenant_id").where("tenant_id", "=", tenantId).executeTakeFirst();
  if (!row) refuse("TENANT_NOT_FOUND");
}
