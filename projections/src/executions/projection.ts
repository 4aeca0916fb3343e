import { accountEvents } from "@tradesage/contracts";
import { ignored } from "../ignored.ts";
import type { ProjectionOf } from "../projection.ts";

export const executions: ProjectionOf<"executions", typeof accountEvents> = {
  table: "executions",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId", execution_id: "executionId" },
  on: {
    ...ignored.broker,
    ...ignored.money,
    ...ignored.risk,
    ...ignored.paper,
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
  },
};
