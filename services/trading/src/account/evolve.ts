import type { AccountEvent } from "@tradesage/contracts";
import {
  type Account,
  type AccountState,
  noClosedOrders,
  noOrders,
  noPositions,
  type OpenPosition,
} from "./account.ts";
import { decimal, zero } from "./decimal.ts";

/** The account after one more event. Pure: the old state stays as it was, and shares what did not change. */
export function evolve(state: AccountState, event: AccountEvent): AccountState {
  if (event.type === "AccountOpened") {
    const { accountId, currency, leverage } = event.data;
    const nothing = { orders: noOrders, closedOrders: noClosedOrders, positions: noPositions };
    return { accountId, currency, leverage, balance: zero, ...nothing };
  }
  if (!state) throw new Error(`${event.type} comes before AccountOpened`);
  switch (event.type) {
    case "FundsDeposited":
      return earned(state, event.data.amount);
    case "OrderPlaced": {
      const { orderId, symbol, side, margin } = event.data;
      const volume = decimal(event.data.volume);
      const order = { symbol, side, volume, remaining: volume, margin: decimal(margin), executions: [] };
      return { ...state, orders: state.orders.set(orderId, order) };
    }
    case "OrderFilled": {
      const { orderId, executionId, remaining } = event.data;
      const order = state.orders.get(orderId);
      if (!order) throw new Error(`OrderFilled for ${orderId}, which is not open`);
      const left = decimal(remaining);
      if (left.eq(zero)) return closed(state, orderId);
      const filled = { ...order, remaining: left, executions: [...order.executions, executionId] };
      return { ...state, orders: state.orders.set(orderId, filled) };
    }
    case "OrderCancelled":
      return closed(state, event.data.orderId);
    case "PositionOpened": {
      const { symbol, side, volume, price, margin } = event.data;
      return holding(state, symbol, {
        side,
        volume: decimal(volume),
        averagePrice: decimal(price),
        margin: decimal(margin),
      });
    }
    case "PositionIncreased": {
      const { symbol, side, total, averagePrice, margin } = event.data;
      return holding(state, symbol, {
        side,
        volume: decimal(total),
        averagePrice: decimal(averagePrice),
        margin: decimal(margin),
      });
    }
    case "PositionReduced": {
      const { symbol, total, profit, margin } = event.data;
      const position = state.positions.get(symbol);
      if (!position) throw new Error(`PositionReduced in ${symbol}, where there is none`);
      const reduced = { ...position, volume: decimal(total), margin: decimal(margin) };
      return earned(holding(state, symbol, reduced), profit);
    }
    case "PositionClosed":
      return earned({ ...state, positions: state.positions.delete(event.data.symbol) }, event.data.profit);
  }
}

const earned = (account: Account, amount: string): Account => ({
  ...account,
  balance: account.balance.plus(decimal(amount)),
});

const closed = (account: Account, orderId: string): Account => ({
  ...account,
  orders: account.orders.delete(orderId),
  closedOrders: account.closedOrders.add(orderId),
});

const holding = (account: Account, symbol: string, position: OpenPosition): Account => ({
  ...account,
  positions: account.positions.set(symbol, position),
});
