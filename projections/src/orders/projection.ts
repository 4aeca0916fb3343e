import { accountEvents } from "@tradesage/contracts";
import { isZero, minus, plus, times } from "../decimals.ts";
import { ignored } from "../ignored.ts";
import type { ProjectionOf } from "../projection.ts";

export const orders: ProjectionOf<"orders", typeof accountEvents> = {
  table: "orders",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId", order_id: "orderId" },
  on: {
    ...ignored.broker,
    ...ignored.money,
    ...ignored.risk,
    ...ignored.paper,
    OrderRejected: {
      change: (_, { data, at }) => ({
        status: "rejected",
        reject_reason: data.reason,
        reject_detail: data.code === undefined ? data.detail : `${data.code}: ${data.detail}`,
        changed_at: at,
      }),
    },
    OrderReopened: {
      change: (_, { data, at }) => ({
        status: "open",
        volume: data.volume,
        reject_reason: null,
        reject_detail: null,
        changed_at: at,
      }),
    },
    ExecutionCorrected: {
      change: ({ filled, notional }, { data: { volume, price, before }, at }) => ({
        filled: plus(minus(filled, before.volume), volume),
        notional: plus(minus(notional, times(before.volume, before.price)), times(volume, price)),
        changed_at: at,
      }),
    },
    ExecutionRevoked: {
      change: ({ filled, notional }, { data: { volume, price }, at }) => ({
        filled: minus(filled, volume),
        notional: minus(notional, times(volume, price)),
        changed_at: at,
      }),
    },
    OrderPlaced: {
      put: ({ data, at, position }) => ({
        account_id: data.accountId,
        order_id: data.orderId,
        symbol: data.symbol,
        side: data.side,
        kind: data.kind,
        status: "open",
        volume: data.volume,
        filled: "0",
        limit_price: data.limitPrice ?? null,
        stop_price: data.stopPrice ?? null,
        trails: data.trailing ?? null,
        time_in_force: data.timeInForce ?? "gtc",
        expires_at: data.expiresAt ?? null,
        reduce_only: data.reduceOnly ?? false,
        oco: data.oco ?? null,
        triggered: false,
        notional: "0",
        reject_reason: null,
        reject_detail: null,
        placed_at: at,
        changed_at: at,
        placed_position: position,
      }),
    },
    OrderModified: {
      change: (_, { data, at }) => ({
        volume: data.volume,
        limit_price: data.limitPrice ?? null,
        stop_price: data.stopPrice ?? null,
        trails: data.trailing ?? null,
        expires_at: data.expiresAt ?? null,
        changed_at: at,
      }),
    },
    OrderTriggered: { change: (_, { at }) => ({ triggered: true, changed_at: at }) },
    OrderTrailed: { change: (_, { data, at }) => ({ stop_price: data.stopPrice, changed_at: at }) },
    OrderFilled: {
      change: ({ filled, notional }, { data, at }) => ({
        status: isZero(data.remaining) ? "filled" : "open",
        filled: plus(filled, data.volume),
        notional: plus(notional, times(data.volume, data.price)),
        changed_at: at,
      }),
    },
    OrderCancelled: { change: (_, { at }) => ({ status: "cancelled", changed_at: at }) },
    AccountOpened: "ignored",
    SwapCharged: "ignored",
    PositionOpened: "ignored",
    PositionProtected: "ignored",
    PositionIncreased: "ignored",
    PositionReduced: "ignored",
    PositionClosed: "ignored",
    TradingStateChanged: "ignored",
  },
};
