import { deskQueries, PLATFORM, refuse } from "@tradesage/contracts";
import { platformQuestion } from "../question.ts";

export const desksQuestion = platformQuestion(deskQueries.desks, "desks", async (db, { tenantId }) => {
  const tenant = await db
    .selectFrom("tenants")
    .select("tenant_id")
    .where("tenant_id", "=", tenantId)
    .executeTakeFirst();
  if (!tenant && tenantId !== PLATFORM) return refuse("TENANT_NOT_FOUND");
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
