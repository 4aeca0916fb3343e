import { type AccountEvent, paidBy, type Rate, type RiskRules, type TradingState } from "@tradesage/contracts";
import { Map as PersistentMap, Set as PersistentSet } from "immutable";
import { type Big, decimal, zero } from "../calculation/decimal.ts";

/** From what a loss rule counts. */
export interface Anchor {
  readonly value: Big;
  /** When it is taken anew: milliseconds since the epoch. */
  readonly until: number | undefined;
}

/** What an account may do, and what it is held to, as far as its own history says. */
export interface AccountRisk {
  readonly state: TradingState;
  /** Why it is not active. */
  readonly reason: string;
  readonly rules: RiskRules | undefined;
  /** How many rules it has had. */
  readonly version: number;
  /** What it began with under its rules, and what was paid in or out, lent or corrected since. */
  readonly initial: Big;
  /** By the id of their rule. */
  readonly anchors: PersistentMap<string, Anchor>;
  /** The loss rules that were broken since it was last let trade. */
  readonly breached: PersistentSet<string>;
  readonly isMarginCalled: boolean;
  /** When orders were placed and modified, newest last, as many as their rate needs: milliseconds since the epoch. */
  readonly placed: readonly number[];
  readonly modified: readonly number[];
}

const noAnchors = PersistentMap<string, Anchor>();
const noBreaches = PersistentSet<string>();

export const unrestricted: AccountRisk = {
  ...{ state: "active", reason: "", rules: undefined, version: 0, initial: zero },
  ...{ anchors: noAnchors, breached: noBreaches, isMarginCalled: false, placed: [], modified: [] },
};

/** The risk of an account after one more event; the same where the event does not concern it. */
export function evolveRisk(risk: AccountRisk, event: AccountEvent): AccountRisk {
  const { type, data } = event;
  switch (type) {
    case "TradingStateChanged": {
      const { state, reason = "" } = data;
      return { ...risk, state, reason, ...(state === "active" && { breached: noBreaches }) };
    }
    case "RiskRulesSet": {
      const { rules, version, initial = "0", anchors = [] } = data;
      const begun = { initial: decimal(initial), anchors: noAnchors, breached: noBreaches, isMarginCalled: false };
      return anchored({ ...risk, rules, version, ...begun }, anchors);
    }
    case "RiskAnchorsTaken":
      return anchored(risk, data.anchors);
    case "RiskRuleBreached":
      return { ...risk, breached: risk.breached.add(data.rule.id) };
    case "MarginCalled":
    case "MarginCallEnded":
      return { ...risk, isMarginCalled: type === "MarginCalled" };
    case "FundsDeposited":
    case "FundsWithdrawn":
    case "CreditGiven":
    case "CreditTaken":
    case "BalanceAdjusted":
    case "DealRecorded":
    case "DealCorrected":
    case "DealRevoked":
    case "BalanceReconciled":
    case "CreditReconciled":
      return moved(risk, decimal(paidBy(event) ?? "0"));
    case "OrderPlaced":
      return data.placedAt === undefined
        ? risk
        : { ...risk, placed: counted(risk.placed, data.placedAt, risk.rules?.limits.orders) };
    case "OrderModified":
      return data.modifiedAt === undefined
        ? risk
        : { ...risk, modified: counted(risk.modified, data.modifiedAt, risk.rules?.limits.modifications) };
    default:
      return risk;
  }
}

interface ToldAnchor {
  readonly rule: string;
  readonly value: string;
  readonly until?: string | undefined;
}

function anchored(risk: AccountRisk, told: readonly ToldAnchor[]): AccountRisk {
  const anchors = told.map(({ rule, value, until }): [string, Anchor] => [
    rule,
    { value: decimal(value), until: until === undefined ? undefined : Date.parse(until) },
  ]);
  return { ...risk, anchors: risk.anchors.merge(anchors) };
}

/** What is paid in is no profit, and what is paid out no loss: all that is counted from moves with it. */
const moved = (risk: AccountRisk, amount: Big): AccountRisk =>
  risk.rules
    ? {
        ...risk,
        initial: risk.initial.plus(amount),
        anchors: risk.anchors.map((anchor) => ({ ...anchor, value: anchor.value.plus(amount) })),
      }
    : risk;

const counted = (before: readonly number[], at: string, rate: Rate | undefined): readonly number[] =>
  rate ? [...before, Date.parse(at)].slice(-rate.count) : [];
