import { z } from "zod";
import { AccountId, Position } from "../ids.ts";
import { command, event, query } from "../messages.ts";
import { RiskRules } from "./risk-rules.ts";

const account = { accountId: AccountId };

export const riskCommands = {
  /** Holds an account to these rules from now on, instead of those before. */
  SetRiskRules: command("SetRiskRules", z.object({ ...account, rules: RiskRules })),
} as const;

export const riskEvents = {
  /** `version` counts the rules that the account has had. */
  RiskRulesSet: event("RiskRulesSet", z.object({ ...account, version: z.int(), rules: RiskRules })),
} as const;

export const AccountRiskView = z
  .object({
    ...account,
    /** 0, and no rules: it never had any. */
    version: z.int(),
    rules: RiskRules.optional(),
    position: Position,
  })
  .meta({ id: "AccountRisk" });
export type AccountRiskView = z.output<typeof AccountRiskView>;

export const riskQueries = { accountRisk: query("accountRisk", z.object(account), AccountRiskView) } as const;
