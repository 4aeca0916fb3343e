import type {
  AccountId,
  Currency,
  ExecutionId,
  InstrumentSymbol,
  OrderId,
  OrderKind,
  PaperTerms,
  PositionMode,
  Side,
  Stop,
} from "@tradesage/contracts";
import { Map as PersistentMap, Set as PersistentSet } from "immutable";
import { type Big, roundAverage, roundMoney } from "../calculation/decimal.ts";
import type { Holding } from "../calculation/profit.ts";
import type { AccountRisk } from "../risk/account-risk.ts";
import type { Broker } from "./broker/broker.ts";
import type { Stops, Trailing } from "./stops.ts";

export interface OpenOrder {
  readonly kind: OrderKind;
  readonly limitPrice: Big | undefined;
  readonly stopPrice: Big | undefined;
  readonly trailing: Trailing | undefined;
  /** Its stop price was reached. */
  readonly triggered: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  readonly reduceOnly: boolean;
  /** In hedging the position that it closes. */
  readonly positionId: OrderId | undefined;
  /** The orders that are cancelled once this one is filled. */
  readonly oco: readonly OrderId[];
  /** The position's stop that it was placed by. */
  readonly stop: Stop | undefined;
  /** What the position is protected by that it opens, or adds to. */
  readonly stops: Stops;
  readonly symbol: InstrumentSymbol;
  readonly side: Side;
  readonly volume: Big;
  readonly remaining: Big;
  /** What the whole order reserved when it was placed. */
  readonly margin: Big;
  readonly executions: readonly ExecutionId[];
}

/** In netting all that is held in an instrument, in hedging what one order has opened. */
export interface OpenPosition {
  readonly symbol: InstrumentSymbol;
  /** In hedging the order that opened it. */
  readonly positionId: OrderId | undefined;
  readonly side: Side;
  readonly volume: Big;
  readonly averagePrice: Big;
  readonly margin: Big;
  readonly stops: Stops;
  /** The execution that opened it: no other position of the account has it. A broker may show one without. */
  readonly openedBy: ExecutionId | undefined;
  /** The last night that it was charged for: `2026-01-14`. */
  readonly chargedThrough: string | undefined;
}

export const holdingOf = ({ side, averagePrice: price }: OpenPosition, volume: Big): Holding => ({
  side,
  volume,
  price,
});

/** Volume-weighted, as MQL5's POSITION_PRICE_OPEN on netting accounts. */
export const averageOf = (held: OpenPosition, volume: Big, price: Big): Big =>
  roundAverage(held.averagePrice.times(held.volume).plus(price.times(volume)).div(held.volume.plus(volume)));

/** An opened trading account. Amounts are in its currency. */
export interface Account {
  readonly accountId: AccountId;
  readonly currency: Currency;
  readonly leverage: number;
  readonly balance: Big;
  /** Lent to it: equity that it cannot withdraw. */
  readonly credit: Big;
  /** What all open orders hold back, kept as a sum: an account may have thousands. */
  readonly reserved: Big;
  readonly orders: PersistentMap<OrderId, OpenOrder>;
  /** Orders that were filled or cancelled: an id is never used twice. */
  readonly closedOrders: PersistentSet<OrderId>;
  /** Those of them that a snapshot told of: a set of the language is made of a million ids in a fraction of the time. */
  readonly closedBefore: ReadonlySet<OrderId>;
  readonly mode: PositionMode;
  /** By symbol in netting, by id in hedging. */
  readonly positions: PersistentMap<string, OpenPosition>;
  /** In hedging, what the positions of an instrument hold together; theirs alone is zero then. */
  readonly hedged: PersistentMap<InstrumentSymbol, Big>;
  /** How the paper venue fills its orders; on the terms of its tenant where it has none of its own. */
  readonly paperTerms?: PaperTerms;
  readonly risk: AccountRisk;
  /** Of an account whose orders go to a broker. */
  readonly broker: Broker | undefined;
}

/** Undefined before it is opened. */
export type AccountState = Account | undefined;

export const noOrders = PersistentMap<OrderId, OpenOrder>();
export const noClosedOrders = PersistentSet<OrderId>();
const nothingBefore: ReadonlySet<OrderId> = new Set();
export const neverClosed = { closedOrders: noClosedOrders, closedBefore: nothingBefore };
export const noPositions = PersistentMap<string, OpenPosition>();
export const noMargins = PersistentMap<InstrumentSymbol, Big>();

/** Whether there was such an order, that is over now. */
export const isClosed = ({ closedOrders, closedBefore }: Account, orderId: OrderId): boolean =>
  closedOrders.has(orderId) || closedBefore.has(orderId);

/** An open order holds back the share of its margin that belongs to what is not filled yet. */
export const reservedBy = ({ margin, remaining, volume }: OpenOrder, currency: Currency): Big =>
  roundMoney(margin.times(remaining).div(volume), currency);
