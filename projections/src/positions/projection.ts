import { accountEvents } from "@tradesage/contracts";
import { plus } from "../decimals.ts";
import { ignored } from "../ignored.ts";
import type { ProjectionOf } from "../projection.ts";

/** In netting the symbol names a position, in hedging its id. A closed one is no row. */
export const positions: ProjectionOf<"positions", typeof accountEvents> = {
  table: "positions",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId", position_id: ["positionId", "symbol"] },
  on: {
    ...ignored.broker,
    ...ignored.money,
    ...ignored.risk,
    ...ignored.paper,
    PositionReconciled: {
      put: ({ data, at }) => ({
        account_id: data.accountId,
        position_id: data.symbol,
        symbol: data.symbol,
        side: data.side,
        volume: data.volume,
        average_price: data.averagePrice,
        realised: "0.00",
        swap: "0.00",
        stop_loss: null,
        take_profit: null,
        stop_trails: null,
        opened_at: at,
      }),
    },
    PositionVanished: "remove",
    PositionOpened: {
      put: ({ data, at }) => ({
        account_id: data.accountId,
        position_id: data.positionId ?? data.symbol,
        symbol: data.symbol,
        side: data.side,
        volume: data.volume,
        average_price: data.price,
        realised: "0.00",
        swap: "0.00",
        stop_loss: null,
        take_profit: null,
        stop_trails: null,
        opened_at: at,
      }),
    },
    PositionIncreased: {
      change: (_, { data }) => ({ volume: data.total, average_price: data.averagePrice }),
    },
    PositionReduced: {
      change: ({ realised }, { data }) => ({ volume: data.total, realised: plus(realised, data.profit) }),
    },
    PositionProtected: {
      change: (_, { data }) => ({
        stop_loss: data.stopLoss ?? null,
        take_profit: data.takeProfit ?? null,
        stop_trails: data.trailingStop ?? null,
      }),
    },
    SwapCharged: { change: ({ swap }, { data }) => ({ swap: plus(swap, data.amount) }) },
    PositionClosed: "remove",
    AccountOpened: "ignored",
    OrderPlaced: "ignored",
    OrderFilled: "ignored",
    OrderModified: "ignored",
    OrderTriggered: "ignored",
    OrderTrailed: "ignored",
    OrderCancelled: "ignored",
    TradingStateChanged: "ignored",
  },
};
