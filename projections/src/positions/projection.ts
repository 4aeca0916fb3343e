import { type AccountEvent, accountEvents, type DataOf } from "@tradesage/contracts";
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
    PositionReconciled: { put: ({ data, at }) => begun(data, data.positionId ?? data.symbol, data.averagePrice, at) },
    PositionVanished: "remove",
    PositionOpened: { put: ({ data, at }) => begun(data, data.positionId ?? data.symbol, data.price, at) },
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

type Begun = DataOf<AccountEvent, "PositionOpened" | "PositionReconciled">;

const begun = ({ accountId, symbol, side, volume }: Begun, positionId: string, price: string, at: string) => ({
  account_id: accountId,
  position_id: positionId,
  symbol,
  side,
  volume,
  average_price: price,
  realised: "0.00",
  swap: "0.00",
  stop_loss: null,
  take_profit: null,
  stop_trails: null,
  opened_at: at,
});
