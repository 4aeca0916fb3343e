import {
  type AccountCommand,
  type AccountEvent,
  canonicalJson,
  type DataOf,
  type JsonObject,
} from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import { fundsOf } from "../account/funds.ts";
import { moneyText } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";
import { toldAnchors } from "./anchors.ts";
import { firstAnchors } from "./loss-rules.ts";

type SetRiskRules = DataOf<AccountCommand, "SetRiskRules">;

/** From now on the account is held to these rules, and counts from what it is worth; nothing where they are its own. */
export function setRiskRules(account: Account, { rules }: SetRiskRules, moment: Moment): AccountEvent[] {
  const { accountId, risk, currency, balance } = account;
  if (risk.rules && isSame(risk.rules, rules)) return [];
  const data = { accountId, version: risk.version + 1, rules, initial: moneyText(balance, currency) };
  const needsEquity = rules.losses.some(({ anchor }) => anchor === "equity" || anchor === "higher");
  const worth = needsEquity ? fundsOf(account, moment) : { balance, equity: balance };
  const anchors = toldAnchors(firstAnchors(rules.losses, worth, moment.at), currency);
  return [{ type: "RiskRulesSet", data: { ...data, ...(anchors.length > 0 && { anchors }) } }];
}

const isSame = (one: object, other: object): boolean =>
  canonicalJson(one as JsonObject) === canonicalJson(other as JsonObject);
