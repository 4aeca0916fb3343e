import { accountEvents } from "@tradesage/contracts";
import { ignoredBrokerEvents } from "../broker-events.ts";
import type { ProjectionOf } from "../projection.ts";

export const executions: ProjectionOf<"executions", typeof accountEvents> = {
  table: "executions",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId", execution_id: "executionId" },
  on: {
    ...ignoredBrokerEvents,
    ExecutionCorrected: { change: (_, { data }) => ({ volume: data.volume, price: data.price }) },
    ExecutionRevoked: "remove",
    OrderFilled: {
      put: ({ data, at }) => ({
        account_id: data.accountId,
        execution_id: data.executionId,
        order_id: data.orderId,
        symbol: data.symbol,
        side: data.side,
        volume: data.volume,
        price: data.price,
        at,
      }),
    },
    AccountOpened: "ignored",
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
    OrderCancelled: "ignored",
    PositionOpened: "ignored",
    PositionProtected: "ignored",
    PositionIncreased: "ignored",
    PositionReduced: "ignored",
    PositionClosed: "ignored",
    TradingStateChanged: "ignored",
    RiskRulesSet: "ignored",
    PaperTermsSet: "ignored",
    CommissionCharged: "ignored",
  },
};
