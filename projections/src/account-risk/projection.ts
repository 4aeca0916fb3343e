import { accountEvents } from "@tradesage/contracts";
import { ignored } from "../ignored.ts";
import type { ProjectionOf } from "../projection.ts";

/** What accounts are held to. */
export const accountRisk: ProjectionOf<"account_risk", typeof accountEvents> = {
  table: "account_risk",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId" },
  on: {
    ...ignored.broker,
    ...ignored.money,
    ...ignored.paper,
    AccountOpened: {
      put: ({ data }) => ({
        ...{ account_id: data.accountId, version: 0, rules: null },
        ...{ breach: null, is_margin_called: false },
      }),
    },
    RiskRulesSet: {
      change: (_, { data: { version, rules } }) => ({
        ...{ version, rules: JSON.stringify(rules) },
        ...{ breach: null, is_margin_called: false },
      }),
    },
    RiskRuleBreached: {
      change: (_, { data: { rule, equity, floor }, at }) => ({
        breach: JSON.stringify({ rule: rule.id, equity, floor, at }),
      }),
    },
    MarginCalled: { change: () => ({ is_margin_called: true }) },
    MarginCallEnded: { change: () => ({ is_margin_called: false }) },
    TradingStateChanged: "ignored",
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
    RiskAnchorsTaken: "ignored",
    StopOutReached: "ignored",
  },
};
