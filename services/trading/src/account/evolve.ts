import type { AccountEvent, InstrumentSymbol } from "@tradesage/contracts";
import { type Big, decimal, zero } from "../calculation/decimal.ts";
import { evolveRisk, unrestricted } from "../risk/account-risk.ts";
import {
  type Account,
  type AccountState,
  neverClosed,
  noMargins,
  noOrders,
  noPositions,
  type OpenOrder,
  type OpenPosition,
  reservedBy,
} from "./account.ts";
import { noBroker } from "./broker/broker.ts";
import { evolveBroker } from "./broker/evolve-broker.ts";
import { keyOf, type Named } from "./position-name.ts";
import { noStops } from "./stops.ts";
import { stopsOf, termsOf } from "./told-terms.ts";

/** The account after one more event. Pure: the old state stays as it was, and shares what did not change. */
export function evolve(state: AccountState, event: AccountEvent): AccountState {
  const account = evolved(state, event);
  const risk = evolveRisk(account.risk, event);
  const broker = account.broker && evolveBroker(account.broker, event);
  return risk === account.risk && broker === account.broker ? account : { ...account, risk, broker };
}

function evolved(state: AccountState, event: AccountEvent): Account {
  if (event.type === "AccountOpened") {
    const { accountId, currency, leverage, mode, terminal } = event.data;
    const broker = terminal && noBroker(terminal);
    const nothing = { orders: noOrders, ...neverClosed, positions: noPositions, hedged: noMargins };
    const begun = { balance: zero, credit: zero, reserved: zero, risk: unrestricted, broker };
    return { accountId, currency, leverage, mode, ...begun, ...nothing };
  }
  if (!state) throw new Error(`${event.type} comes before AccountOpened`);
  switch (event.type) {
    case "FundsDeposited":
    case "BalanceAdjusted":
      return earned(state, event.data.amount);
    case "PaperTermsSet":
      return { ...state, paperTerms: event.data.terms };
    case "PaperTermsCleared": {
      const { paperTerms: _, ...account } = state;
      return account;
    }
    case "CommissionCharged":
      return { ...state, balance: state.balance.minus(decimal(event.data.amount)) };
    case "FundsWithdrawn":
      return { ...state, balance: state.balance.minus(decimal(event.data.amount)) };
    case "CreditGiven":
      return lent(state, event.data.amount);
    case "CreditTaken":
      return lent(state, `-${event.data.amount}`);
    case "OrderPlaced": {
      const { orderId, symbol, positionId, side, kind, margin, stop, reduceOnly = false, oco = [] } = event.data;
      const volume = decimal(event.data.volume);
      const amounts = { volume, remaining: volume, margin: decimal(margin), executions: [] };
      const kept = { stops: stopsOf(event.data), kind, stop, reduceOnly, positionId, oco, triggered: false };
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
      const { symbol, positionId, side, volume, price, margin, executionId: openedBy } = event.data;
      const begun = { stops: noStops, openedBy, chargedThrough: undefined };
      const amounts = { volume: decimal(volume), averagePrice: decimal(price), margin: decimal(margin) };
      return holding(state, { symbol, positionId, side, ...amounts, ...begun });
    }
    case "PositionIncreased": {
      const { total, averagePrice, margin } = event.data;
      const amounts = { volume: decimal(total), averagePrice: decimal(averagePrice), margin: decimal(margin) };
      return holding(state, { ...held(state, event.data), ...amounts });
    }
    case "PositionReduced": {
      const { total, profit, margin } = event.data;
      const amounts = { volume: decimal(total), margin: decimal(margin) };
      return earned(holding(state, { ...held(state, event.data), ...amounts }), profit);
    }
    case "PositionProtected":
      return changed(state, { ...held(state, event.data), stops: stopsOf(event.data) });
    case "OrderRejected": {
      const [, without] = taken(state, event.data.orderId);
      return closed(without, event.data.orderId);
    }
    case "OrderReopened": {
      const { orderId, symbol, side, kind, volume, remaining } = event.data;
      const amounts = { volume: decimal(volume), remaining: decimal(remaining), margin: zero, executions: [] };
      const { stops = noStops, trailing } = state.broker?.orders.get(orderId) ?? {};
      const bare = { stop: undefined, reduceOnly: false, positionId: undefined, oco: [], triggered: false };
      const terms = { ...termsOf(event.data), ...bare, stops, trailing };
      const open = { ...state, closedOrders: state.closedOrders.delete(orderId) };
      return opened(open, orderId, { symbol, side, kind, ...terms, ...amounts });
    }
    case "DealRecorded":
    case "DealCorrected":
    case "DealRevoked":
      return earned(lent(state, event.data.credit ?? "0"), event.data.amount);
    case "BalanceReconciled":
      return earned(state, event.data.difference);
    case "CreditReconciled":
      return lent(state, event.data.difference);
    case "PositionReconciled": {
      const { symbol, positionId, side, volume, averagePrice, margin } = event.data;
      const amounts = { volume: decimal(volume), averagePrice: decimal(averagePrice), margin: decimal(margin) };
      const before = state.positions.get(keyOf(event.data));
      // Its stops are told after it, as the broker has them.
      const kept = { stops: noStops, openedBy: before?.openedBy, chargedThrough: before?.chargedThrough };
      return holding(state, { symbol, positionId, side, ...amounts, ...kept });
    }
    case "PositionVanished":
      return without(state, event.data, decimal(event.data.margin ?? "0"));
    case "SwapCharged": {
      const { night, amount } = event.data;
      return earned(changed(state, { ...held(state, event.data), chargedThrough: night }), amount);
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
    case "LinkedOrdersFilled":
    case "ProtectionRequested":
    case "CloseByRequested":
    case "ExecutionCorrected":
    case "ExecutionRevoked":
    case "BrokerAdopted":
    case "RiskAnchorsTaken":
    case "RiskRuleBreached":
    case "MarginCalled":
    case "MarginCallEnded":
    case "StopOutReached":
      return state;
    case "PositionClosed":
      return earned(without(state, event.data, decimal(event.data.margin ?? "0")), event.data.profit);
  }
}

function held({ positions }: Account, named: Named): OpenPosition {
  const position = positions.get(keyOf(named));
  if (!position) throw new Error(`there is no position ${keyOf(named)}`);
  return position;
}

const earned = (account: Account, amount: string): Account => ({
  ...account,
  balance: account.balance.plus(decimal(amount)),
});

const lent = (account: Account, amount: string): Account => ({
  ...account,
  credit: account.credit.plus(decimal(amount)),
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

const changed = (account: Account, position: OpenPosition): Account => ({
  ...account,
  positions: account.positions.set(keyOf(position), position),
});

/** In hedging the margin that an event tells is that of all positions of the instrument. */
function holding(account: Account, position: OpenPosition): Account {
  if (position.positionId === undefined) return changed(account, position);
  return hedging(changed(account, { ...position, margin: zero }), position.symbol, position.margin);
}

function without(account: Account, named: Named, margin: Big): Account {
  const left = { ...account, positions: account.positions.delete(keyOf(named)) };
  return named.positionId === undefined ? left : hedging(left, named.symbol, margin);
}

const hedging = (account: Account, symbol: InstrumentSymbol, margin: Big): Account => ({
  ...account,
  hedged: margin.eq(zero) ? account.hedged.delete(symbol) : account.hedged.set(symbol, margin),
});
