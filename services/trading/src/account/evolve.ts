import type { AccountEvent, Trailing as ToldTrailing } from "@tradesage/contracts";
import { decimal, zero } from "../calculation/decimal.ts";
import { evolveRisk, unrestricted } from "../risk/account-risk.ts";
import {
  type Account,
  type AccountState,
  noClosedOrders,
  noOrders,
  noPositions,
  noStops,
  type OpenOrder,
  type OpenPosition,
  reservedBy,
  type Stops,
  type Trailing,
} from "./account.ts";
import { noBroker } from "./broker/broker.ts";
import { evolveBroker } from "./broker/evolve-broker.ts";

/** The account after one more event. Pure: the old state stays as it was, and shares what did not change. */
export function evolve(state: AccountState, event: AccountEvent): AccountState {
  const account = evolved(state, event);
  const risk = evolveRisk(account.risk, event);
  const broker = account.broker && evolveBroker(account.broker, event);
  return risk === account.risk && broker === account.broker ? account : { ...account, risk, broker };
}

function evolved(state: AccountState, event: AccountEvent): Account {
  if (event.type === "AccountOpened") {
    const { accountId, currency, leverage, terminal } = event.data;
    const broker = terminal && noBroker(terminal);
    const nothing = { orders: noOrders, closedOrders: noClosedOrders, positions: noPositions };
    const begun = { balance: zero, credit: zero, reserved: zero, risk: unrestricted, broker };
    return { accountId, currency, leverage, ...begun, ...nothing };
  }
  if (!state) throw new Error(`${event.type} comes before AccountOpened`);
  switch (event.type) {
    case "FundsDeposited":
    case "BalanceAdjusted":
      return earned(state, event.data.amount);
    case "PaperTermsSet":
      return { ...state, paperTerms: event.data.terms };
    case "CommissionCharged":
      return { ...state, balance: state.balance.minus(decimal(event.data.amount)) };
    case "FundsWithdrawn":
      return { ...state, balance: state.balance.minus(decimal(event.data.amount)) };
    case "CreditGiven":
      return { ...state, credit: state.credit.plus(decimal(event.data.amount)) };
    case "CreditTaken":
      return { ...state, credit: state.credit.minus(decimal(event.data.amount)) };
    case "OrderPlaced": {
      const { orderId, symbol, side, kind, margin, stop, reduceOnly = false, oco = [] } = event.data;
      const volume = decimal(event.data.volume);
      const amounts = { volume, remaining: volume, margin: decimal(margin), executions: [] };
      const kept = { stops: stopsOf(event.data), kind, stop, reduceOnly, oco, triggered: false };
      return opened(state, orderId, { symbol, side, ...termsOf(event.data), ...kept, ...amounts });
    }
    case "OrderModified": {
      const { orderId, volume, remaining, margin } = event.data;
      const [order, without] = taken(state, orderId);
      const amounts = { volume: decimal(volume), remaining: decimal(remaining), margin: decimal(margin) };
      return opened(without, orderId, { ...order, ...termsOf(event.data), ...amounts });
    }
    case "OrderTriggered": {
      const [order, without] = taken(state, event.data.orderId);
      return opened(without, event.data.orderId, { ...order, triggered: true });
    }
    case "OrderTrailed": {
      const { orderId, stopPrice } = event.data;
      const [order, without] = taken(state, orderId);
      return opened(without, orderId, { ...order, stopPrice: decimal(stopPrice) });
    }
    case "OrderFilled": {
      const { orderId, executionId, remaining } = event.data;
      const [order, without] = taken(state, orderId);
      const left = decimal(remaining);
      if (left.eq(zero)) return closed(without, orderId);
      return opened(without, orderId, { ...order, remaining: left, executions: [...order.executions, executionId] });
    }
    case "OrderCancelled": {
      const [, without] = taken(state, event.data.orderId);
      return closed(without, event.data.orderId);
    }
    case "PositionOpened": {
      const { symbol, side, volume, price, margin } = event.data;
      return holding(state, symbol, {
        side,
        volume: decimal(volume),
        averagePrice: decimal(price),
        margin: decimal(margin),
        stops: noStops,
        openedBy: event.data.executionId,
        chargedThrough: undefined,
      });
    }
    case "PositionIncreased": {
      const { symbol, total, averagePrice, margin } = event.data;
      return holding(state, symbol, {
        ...held(state, symbol),
        volume: decimal(total),
        averagePrice: decimal(averagePrice),
        margin: decimal(margin),
      });
    }
    case "PositionReduced": {
      const { symbol, total, profit, margin } = event.data;
      const reduced = { ...held(state, symbol), volume: decimal(total), margin: decimal(margin) };
      return earned(holding(state, symbol, reduced), profit);
    }
    case "PositionProtected": {
      const { symbol } = event.data;
      return holding(state, symbol, { ...held(state, symbol), stops: stopsOf(event.data) });
    }
    case "OrderRejected": {
      const [, without] = taken(state, event.data.orderId);
      return closed(without, event.data.orderId);
    }
    case "OrderReopened": {
      const { orderId, symbol, side, kind, volume, remaining } = event.data;
      const amounts = { volume: decimal(volume), remaining: decimal(remaining), margin: zero, executions: [] };
      const bare = { stops: noStops, stop: undefined, reduceOnly: false, oco: [], triggered: false };
      const terms = { ...termsOf(event.data), ...bare };
      const open = { ...state, closedOrders: state.closedOrders.delete(orderId) };
      return opened(open, orderId, { symbol, side, kind, ...terms, ...amounts });
    }
    case "DealRecorded":
    case "DealCorrected":
    case "DealRevoked":
      return earned(state, event.data.amount);
    case "BalanceReconciled":
      return earned(state, event.data.difference);
    case "PositionReconciled": {
      const { symbol, side, volume, averagePrice, margin } = event.data;
      const amounts = { volume: decimal(volume), averagePrice: decimal(averagePrice), margin: decimal(margin) };
      const { stops, openedBy, chargedThrough } = state.positions.get(symbol) ?? {
        stops: noStops,
        openedBy: undefined,
        chargedThrough: undefined,
      };
      return holding(state, symbol, { side, ...amounts, stops, openedBy, chargedThrough });
    }
    case "PositionVanished":
      return { ...state, positions: state.positions.delete(event.data.symbol) };
    case "SwapCharged": {
      const { symbol, night, amount } = event.data;
      return earned(holding(state, symbol, { ...held(state, symbol), chargedThrough: night }), amount);
    }
    case "TradingStateChanged":
    case "RiskRulesSet":
    case "InstructionSent":
    case "InstructionAccepted":
    case "InstructionRejected":
    case "InstructionUnknown":
    case "InstructionResolved":
    case "OrderAcknowledged":
    case "OrderCancelRequested":
    case "OrderChangeRequested":
    case "ProtectionRequested":
    case "ExecutionCorrected":
    case "ExecutionRevoked":
    case "BrokerAdopted":
      return state;
    case "PositionClosed":
      return earned({ ...state, positions: state.positions.delete(event.data.symbol) }, event.data.profit);
  }
}

/** The prices and the end of an order, as its events tell them. */
const termsOf = ({
  limitPrice,
  stopPrice,
  trailing,
  expiresAt,
}: {
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly trailing?: ToldTrailing | undefined;
  readonly expiresAt?: string | undefined;
}) => ({
  limitPrice: limitPrice === undefined ? undefined : decimal(limitPrice),
  stopPrice: stopPrice === undefined ? undefined : decimal(stopPrice),
  trailing: trailingOf(trailing),
  expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
});

const stopsOf = ({
  stopLoss,
  takeProfit,
  trailingStop,
}: {
  readonly stopLoss?: string | undefined;
  readonly takeProfit?: string | undefined;
  readonly trailingStop?: ToldTrailing | undefined;
}): Stops => ({
  stopLoss: stopLoss === undefined ? undefined : decimal(stopLoss),
  takeProfit: takeProfit === undefined ? undefined : decimal(takeProfit),
  trailingStop: trailingOf(trailingStop),
});

const trailingOf = (told: ToldTrailing | undefined): Trailing | undefined =>
  told && { distance: decimal(told.distance), step: decimal(told.step) };

function held({ positions }: Account, symbol: string): OpenPosition {
  const position = positions.get(symbol);
  if (!position) throw new Error(`there is no position in ${symbol}`);
  return position;
}

const earned = (account: Account, amount: string): Account => ({
  ...account,
  balance: account.balance.plus(decimal(amount)),
});

const opened = (account: Account, orderId: string, order: OpenOrder): Account => ({
  ...account,
  orders: account.orders.set(orderId, order),
  reserved: account.reserved.plus(reservedBy(order, account.currency)),
});

function taken(account: Account, orderId: string): [OpenOrder, Account] {
  const order = account.orders.get(orderId);
  if (!order) throw new Error(`order ${orderId} is not open`);
  const reserved = account.reserved.minus(reservedBy(order, account.currency));
  return [order, { ...account, orders: account.orders.delete(orderId), reserved }];
}

/** The account as if an open order had never been placed. */
export const withoutOrder = (account: Account, orderId: string): Account => taken(account, orderId)[1];

const closed = (account: Account, orderId: string): Account => ({
  ...account,
  closedOrders: account.closedOrders.add(orderId),
});

const holding = (account: Account, symbol: string, position: OpenPosition): Account => ({
  ...account,
  positions: account.positions.set(symbol, position),
});
