import { type AccountCommand, type AccountEvent, canonicalJson, type JsonObject } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";

type SetRiskRules = Extract<AccountCommand, { type: "SetRiskRules" }>["data"];

/** From now on the account is held to these rules; nothing where they are the ones that it has. */
export function setRiskRules({ accountId, risk }: Account, { rules }: SetRiskRules): AccountEvent[] {
  if (risk.rules && isSame(risk.rules, rules)) return [];
  return [{ type: "RiskRulesSet", data: { accountId, version: risk.version + 1, rules } }];
}

const isSame = (one: object, other: object): boolean =>
  canonicalJson(one as JsonObject) === canonicalJson(other as JsonObject);
