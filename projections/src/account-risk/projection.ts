import { accountEvents } from "@tradesage/contracts";
import { ignoredBrokerEvents } from "../broker-events.ts";
import type { ProjectionOf } from "../projection.ts";

/** What accounts are held to. */
export const accountRisk: ProjectionOf<"account_risk", typeof accountEvents> = {
  table: "account_risk",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId" },
  on: {
    ...ignoredBrokerEvents,
    AccountOpened: { put: ({ data }) => ({ account_id: data.accountId, version: 0, rules: null }) },
    RiskRulesSet: { change: (_, { data: { version, rules } }) => ({ version, rules: JSON.stringify(rules) }) },
    TradingStateChanged: "ignored",
    FundsDeposited: "ignored",
    FundsWithdrawn: "ignored",
    CreditGiven: "ignored",
    CreditTaken: "ignored",
    BalanceAdjusted: "ignored",
    SwapCharged: "ignored",
    OrderPlaced: "ignored",
    OrderModified: "ignored",
    OrderTriggered: "ignored",
    OrderTrailed: "ignored",
    OrderFilled: "ignored",
    OrderCancelled: "ignored",
    PositionOpened: "ignored",
    PositionIncreased: "ignored",
    PositionReduced: "ignored",
    PositionProtected: "ignored",
    PositionClosed: "ignored",
    PaperTermsSet: "ignored",
    CommissionCharged: "ignored",
  },
};
