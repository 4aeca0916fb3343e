import type { LossRule } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import type { Funds } from "../account/funds.ts";
import { nextDaily } from "../calculation/daily.ts";
import { type Big, decimal, hundred, larger, minorUnit, roundMoney, smaller } from "../calculation/decimal.ts";
import type { AccountRisk, Anchor } from "./account-risk.ts";

/** A trailing equity rises in so many steps for what may be lost: each is an event. */
const steps = hundred;

type Worth = Pick<Funds, "balance" | "equity">;

/** What a rule's anchor is worth now. */
function worthOf({ anchor }: LossRule, { balance, equity }: Worth, initial: Big): Big {
  switch (anchor) {
    case "initial":
      return initial;
    case "balance":
      return balance;
    case "equity":
      return equity;
    case "higher":
      return larger(balance, equity);
  }
}

/** The anchors with which an account begins under its rules. */
export const firstAnchors = (rules: readonly LossRule[], worth: Worth, at: number): readonly [LossRule, Anchor][] =>
  rules
    .filter(({ anchor }) => anchor !== "initial")
    .map((rule) => [
      rule,
      { value: worthOf(rule, worth, worth.balance), until: rule.daily && nextDaily(rule.daily, at) },
    ]);

export const anchorOf = ({ anchors, initial }: AccountRisk, { id }: LossRule): Anchor =>
  anchors.get(id) ?? { value: initial, until: undefined };

/** The loss rules of an account whose anchors are to be taken by now. */
export const dueRules = ({ rules, anchors }: AccountRisk, at: number): readonly LossRule[] =>
  anchors.isEmpty() ? [] : (rules?.losses ?? []).filter(({ id }) => (anchors.get(id)?.until ?? Infinity) <= at);

/** Those anchors as they are taken: a trailing one does not fall. */
export const taken = ({ risk }: Account, due: readonly LossRule[], worth: Worth, at: number) =>
  due.map((rule): [LossRule, Anchor] => {
    const now = worthOf(rule, worth, risk.initial);
    const value = rule.trailing ? larger(now, anchorOf(risk, rule).value) : now;
    return [rule, { value, until: rule.daily && nextDaily(rule.daily, at) }];
  });

/** The anchors that trail at all times and have risen by a step or more. */
export const risen = ({ risk, currency }: Account, worth: Worth): readonly [LossRule, Anchor][] =>
  (risk.rules?.losses ?? [])
    .filter(({ trailing, daily }) => trailing && !daily)
    .map((rule): [LossRule, Anchor] => [rule, { value: worthOf(rule, worth, risk.initial), until: undefined }])
    .filter(([rule, { value }]) => value.gte(nextStep(risk, rule, currency)));

/** What an anchor that trails at all times must reach to rise. A balance changes seldom: each rise of it counts. */
export function nextStep(risk: AccountRisk, rule: LossRule, currency: string): Big {
  const { value } = anchorOf(risk, rule);
  const cent = minorUnit(currency);
  if (rule.anchor === "balance") return value.plus(cent);
  return value.plus(larger(cent, roundMoney(allowanceOf(risk, rule).div(steps), currency)));
}

function allowanceOf(risk: AccountRisk, rule: LossRule): Big {
  const { allowed } = rule;
  if ("amount" in allowed) return decimal(allowed.amount);
  const base = allowed.of === "initial" ? risk.initial : anchorOf(risk, rule).value;
  return base.times(decimal(allowed.percent)).div(hundred);
}

/** What the account's equity must stay above. */
export function floorOf(risk: AccountRisk, rule: LossRule, currency: string): Big {
  const floor = roundMoney(anchorOf(risk, rule).value.minus(allowanceOf(risk, rule)), currency);
  return rule.lockedAtInitial ? smaller(floor, risk.initial) : floor;
}

export const isBroken = ({ breach }: LossRule, equity: Big, floor: Big): boolean =>
  breach === "at" ? equity.lte(floor) : equity.lt(floor);
