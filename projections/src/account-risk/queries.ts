import { RiskRules, refuse, riskQueries } from "@tradesage/contracts";
import { tenantQuestion } from "../question.ts";

export const accountRiskQuestion = tenantQuestion(
  riskQueries.accountRisk,
  "account_risk",
  async (db, { accountId }) => {
    const row = await db.selectFrom("account_risk").selectAll().where("account_id", "=", accountId).executeTakeFirst();
    if (!row) return refuse("ACCOUNT_NOT_FOUND");
    const { version, rules, breach, position } = row;
    return {
      ...{ accountId, version, isMarginCalled: row.is_margin_called, position },
      ...(rules !== null && { rules: RiskRules.parse(JSON.parse(rules)) }),
      ...(breach !== null && { breached: JSON.parse(breach) }),
    };
  },
);
