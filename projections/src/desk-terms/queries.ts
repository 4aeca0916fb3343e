import { deskQueries } from "@tradesage/contracts";
import { requireTenant } from "../desks/queries.ts";
import { platformQuestion } from "../question.ts";

export const deskTermsQuestion = platformQuestion(deskQueries.deskTerms, "desk_terms", async (db, { tenantId }) => {
  await requireTenant(db, tenantId);
  const row = await db.selectFrom("desk_terms").selectAll().where("tenant_id", "=", tenantId).executeTakeFirst();
  if (!row) return { tenantId };
  const { rollover, changed_by: changedBy, changed_at: changedAt, position } = row;
  return { tenantId, ...(rollover !== null && { rollover }), changedBy, changedAt, position };
});
