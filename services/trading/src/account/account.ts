import type { AccountId, Currency, ExecutionId, InstrumentSymbol, OrderId, Side } from "@tradesage/contracts";
import { Map as PersistentMap, Set as PersistentSet } from "immutable";
import type { Big } from "./decimal.ts";

export interface OpenOrder {
  readonly symbol: InstrumentSymbol;
  readonly side: Side;
  readonly volume: Big;
  readonly remaining: Big;
  /** What the whole order reserved when it was placed; an open part reserves its share. */
  readonly margin: Big;
  readonly executions: readonly ExecutionId[];
}

/** The netted holding in one instrument. */
export interface OpenPosition {
  readonly side: Side;
  readonly volume: Big;
  readonly averagePrice: Big;
  readonly margin: Big;
}

/** An opened trading account. Amounts are in its currency. */
export interface Account {
  readonly accountId: AccountId;
  readonly currency: Currency;
  readonly leverage: number;
  readonly balance: Big;
  readonly orders: PersistentMap<OrderId, OpenOrder>;
  /** Orders that were filled or cancelled: an id is never used twice. */
  readonly closedOrders: PersistentSet<OrderId>;
  readonly positions: PersistentMap<InstrumentSymbol, OpenPosition>;
}

/** Undefined before it is opened. */
export type AccountState = Account | undefined;

export const noOrders = PersistentMap<OrderId, OpenOrder>();
export const noClosedOrders = PersistentSet<OrderId>();
export const noPositions = PersistentMap<InstrumentSymbol, OpenPosition>();
