import type { AccountEvent, InstrumentSpecification, OrderId } from "@tradesage/contracts";
import { type Big, decimal, moneyText, text, zero } from "../calculation/decimal.ts";
import type { Market } from "../calculation/market.ts";
import { profitOf } from "../calculation/profit.ts";
import { type Account, averageOf, holdingOf, type OpenOrder, type OpenPosition } from "./account.ts";
import { marginWith } from "./hedged-margins.ts";
import { keyOf, nameOf } from "./position-name.ts";
import { setAgain, stopsOfOpened } from "./protect-position.ts";

export interface Fill {
  readonly executionId: string;
  readonly volume: Big;
  readonly price: string;
}

/** A hedging account: what an order opens is a position of its own; what it closes is the position that it names. */
export function hedge(
  account: Account,
  orderId: OrderId,
  order: OpenOrder,
  fill: Fill,
  instrument: InstrumentSpecification,
  market: Market,
): AccountEvent[] {
  const { positionId: closes, symbol } = order;
  const held = account.positions.get(closes ?? orderId);
  if (closes === undefined) return opened(account, { symbol, positionId: orderId }, order, fill, instrument, market);
  if (!held) throw new Error(`there is no position ${closes}`);
  const reduced = reducedBy(account, held, fill, instrument, market);
  const isLeft = reduced.type === "PositionReduced" && order.remaining.lte(fill.volume);
  return isLeft ? [reduced, ...setAgain(account, order, market)] : [reduced];
}

/** The rest of an order adds to the position that its first part has opened. */
function opened(
  account: Account,
  named: { readonly symbol: string; readonly positionId: OrderId },
  { side, stops }: OpenOrder,
  { executionId, volume, price }: Fill,
  instrument: InstrumentSpecification,
  market: Market,
): AccountEvent[] {
  const { accountId, currency } = account;
  const data = { accountId, ...named, side, executionId, volume: text(volume), price };
  const held = account.positions.get(named.positionId);
  const total = held ? held.volume.plus(volume) : volume;
  const average = held ? averageOf(held, volume, decimal(price)) : decimal(price);
  const holding = { side, volume: total, price: average };
  const margin = moneyText(marginWith(account, instrument, named.positionId, holding, market), currency);
  if (held) {
    const totals = { total: text(total), averagePrice: text(average), margin };
    return [{ type: "PositionIncreased", data: { ...data, ...totals } }];
  }
  return [
    { type: "PositionOpened", data: { ...data, margin } },
    ...stopsOfOpened(accountId, named, side, stops, instrument, market),
  ];
}

/** A part of a position closed, or all of it, at a price. What its instrument holds then is of the positions that stay. */
export function reducedBy(
  account: Account,
  held: OpenPosition,
  { executionId, volume, price }: Fill,
  instrument: InstrumentSpecification,
  market: Market,
): AccountEvent {
  const { accountId, currency } = account;
  const profit = moneyText(profitOf(instrument, holdingOf(held, volume), decimal(price), currency, market), currency);
  const left = held.volume.minus(volume);
  const margin = moneyText(marginWith(account, instrument, keyOf(held), holdingOf(held, left), market), currency);
  const closed = { ...nameOf(held), side: held.side, executionId, volume: text(volume), price, profit, margin };
  return left.eq(zero)
    ? { type: "PositionClosed", data: { accountId, ...closed } }
    : { type: "PositionReduced", data: { accountId, ...closed, total: text(left) } };
}
