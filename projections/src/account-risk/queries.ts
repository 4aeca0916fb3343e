import { RiskRules, refuse, riskQueries } from "@tradesage/contracts";
import { tenantQuestion } from "../question.ts";

export const accountRiskQuestion = tenantQuestion(
  riskQueries.accountRisk,
  "account_risk",
  async (db, { accountId }) => {
    const row = await db.selectFrom("account_risk").selectAll().where("account_id", "=", accountId).executeTakeFirst();
    if (!row) return refuse("ACCOUNT_NOT_FOUND");
    const { version, rules, position } = row;
    return { accountId, version, ...(rules !== null && { rules: RiskRules.parse(JSON.parse(rules)) }), position };
  },
);
