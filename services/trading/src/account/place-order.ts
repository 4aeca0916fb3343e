import { type AccountCommand, type AccountEvent, type DataOf, type OrderId, refuse } from "@tradesage/contracts";
import { type Big, moneyText, text, zero } from "../calculation/decimal.ts";
import { instrumentOf, type Moment } from "../calculation/market.ts";
import { withinLimits } from "../risk/limits.ts";
import { allowed } from "../risk/trading-state.ts";
import { type Account, isClosed } from "./account.ts";
import { marginNeeded } from "./funds.ts";
import {
  affordable,
  expiryOf,
  pricesOf,
  toldStops,
  validStops,
  validTerms,
  validVolume,
  worstPrice,
} from "./order-terms.ts";
import { nameOf } from "./position-name.ts";
import { positionOf } from "./position-of.ts";
import { reducible } from "./reducible.ts";
import { tradable } from "./tradable.ts";

type PlaceOrder = DataOf<AccountCommand, "PlaceOrder">;

/** Checks run from the cheapest to the dearest; the first that fails is the answer. `oco`: the orders it is linked with. */
export function placeOrder(
  account: Account,
  order: PlaceOrder,
  moment: Moment,
  oco: readonly OrderId[] = [],
): AccountEvent[] {
  const { accountId, orderId, symbol, side, kind, timeInForce, positionId } = order;
  const reduceOnly = order.reduceOnly || positionId !== undefined;
  if (account.orders.has(orderId) || isClosed(account, orderId)) {
    return refuse("ORDER_EXISTS", undefined, { orderId });
  }
  if (positionId !== undefined || (reduceOnly && account.mode === "hedging")) positionOf(account, order);
  const under = allowed(account, { reduceOnly }, moment);
  const expiresAt = expiryOf(order, moment.at);
  const instrument = instrumentOf(moment, symbol);
  const volume = validVolume(order.volume, instrument);
  tradable(account, { side, volume, timeInForce, reduceOnly }, instrument, moment.at);
  const terms = validTerms(order, instrument, moment);
  if (reduceOnly) mustReduce(account, { symbol, side, volume, oco, positionId });

  const price = terms.limitPrice ?? terms.stopPrice ?? worstPrice(side, instrument, moment);
  const stops = validStops(order, side, price, instrument);
  withinLimits("orders", account, { symbol, side, volume, reduceOnly, price, ...terms }, instrument, moment);
  const margin = marginNeeded(account, instrument, { side, volume, oco, positionId }, price, moment);
  if (margin.gt(zero)) affordable(margin, account, moment);
  const placed = {
    accountId,
    orderId,
    symbol,
    side,
    volume: text(volume),
    kind,
    ...pricesOf(terms, instrument),
    ...toldStops(stops, instrument),
    ...(timeInForce !== "gtc" && { timeInForce }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(reduceOnly && { reduceOnly }),
    ...(positionId !== undefined && { positionId }),
    ...(under && { under }),
    ...(oco.length > 0 && { oco: [...oco] }),
    ...(account.risk.rules?.limits.orders && { placedAt: new Date(moment.at).toISOString() }),
    margin: moneyText(margin, account.currency),
  };
  return [{ type: "OrderPlaced", data: placed }];
}

type ClosePosition = DataOf<AccountCommand, "ClosePosition">;

/** The market order that closes a position, or the part of it that is named. */
export function closePosition(account: Account, close: ClosePosition, moment: Moment): AccountEvent[] {
  const { accountId, orderId } = close;
  const held = positionOf(account, close);
  const side = held.side === "buy" ? "sell" : "buy";
  const terms = { kind: "market", timeInForce: "gtc", reduceOnly: true } as const;
  return placeOrder(
    account,
    { accountId, orderId, ...nameOf(held), side, volume: close.volume ?? text(held.volume), ...terms },
    moment,
  );
}

type ReversePosition = DataOf<AccountCommand, "ReversePosition">;

/** The market order that closes the position and opens as much on the other side. @throws Refused POSITION_MODE_FORBIDS in hedging */
export function reversePosition(account: Account, reverse: ReversePosition, moment: Moment): AccountEvent[] {
  const { accountId, orderId, symbol } = reverse;
  if (account.mode === "hedging") return refuse("POSITION_MODE_FORBIDS", undefined, { mode: account.mode });
  const held = positionOf(account, reverse);
  const side = held.side === "buy" ? "sell" : "buy";
  const terms = { kind: "market", timeInForce: "gtc", reduceOnly: false } as const;
  const volume = text(held.volume.plus(held.volume));
  return placeOrder(account, { accountId, orderId, symbol, side, volume, ...terms }, moment);
}

/** @throws Refused REDUCES_NOTHING, with the numbers behind it */
export function mustReduce(
  account: Account,
  order: Pick<PlaceOrder, "symbol" | "side" | "positionId"> & {
    readonly volume: Big;
    readonly oco: readonly OrderId[];
  },
): void {
  const { symbol, volume } = order;
  const left = reducible(account, order);
  if (left.lt(volume)) refuse("REDUCES_NOTHING", undefined, { symbol, volume: text(volume), reducible: text(left) });
}
