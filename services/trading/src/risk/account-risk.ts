import type { AccountEvent, Rate, RiskRules, TradingState } from "@tradesage/contracts";

/** What an account may do, and what it is held to, as far as its own history says. */
export interface AccountRisk {
  readonly state: TradingState;
  /** Why it is not active. */
  readonly reason: string;
  readonly rules: RiskRules | undefined;
  /** How many rules it has had. */
  readonly version: number;
  /** When orders were placed and modified, newest last, as many as their rate needs: milliseconds since the epoch. */
  readonly placed: readonly number[];
  readonly modified: readonly number[];
}

export const unrestricted: AccountRisk = {
  ...{ state: "active", reason: "", rules: undefined, version: 0 },
  ...{ placed: [], modified: [] },
};

/** The risk of an account after one more event; the same where the event does not concern it. */
export function evolveRisk(risk: AccountRisk, { type, data }: AccountEvent): AccountRisk {
  switch (type) {
    case "TradingStateChanged":
      return { ...risk, state: data.state, reason: data.reason ?? "" };
    case "RiskRulesSet":
      return { ...risk, rules: data.rules, version: data.version };
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

const counted = (before: readonly number[], at: string, rate: Rate | undefined): readonly number[] =>
  rate ? [...before, Date.parse(at)].slice(-rate.count) : [];
