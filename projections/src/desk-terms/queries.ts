import { deskQueries } from "@tradesage/contracts";
import { requireTenant } from "../desks/queries.ts";
import { platformQuestion } from "../question.ts";

export const deskTermsQuestion = platformQuestion(deskQueries.deskTerms, "desk_terms", async (db, { tenantId }) => {
  await requireTenant(db, tenantId);
  const row = await db.selectFrom("desk_terms").selectAll().where("tenant_id", "=", tenantId).executeTakeFirst();
  if (!row) return { tenantId };
  const { rollover, paper_terms: paperTerms, changed_by: changedBy, changed_at: changedAt, position } = row;
  const terms = { ...(rollover !== null && { rollover }), ...(paperTerms !== null && { paperTerms }) };
  return { tenantId, ...terms, changedBy, changedAt, position };
});
