import type { AccountEvent, TradingState } from "@tradesage/contracts";

/** What an account may do, as far as its own history says. */
export interface AccountRisk {
  readonly state: TradingState;
  /** Why it is not active. */
  readonly reason: string;
}

export const unrestricted: AccountRisk = { state: "active", reason: "" };

type RiskEvent = Extract<AccountEvent, { type: "TradingStateChanged" }>;

export function evolveRisk(risk: AccountRisk, { data }: RiskEvent): AccountRisk {
  return { ...risk, state: data.state, reason: data.reason ?? "" };
}
