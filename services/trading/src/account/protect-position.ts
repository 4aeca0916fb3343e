import {
  type AccountCommand,
  type AccountEvent,
  canonicalJson,
  type DataOf,
  type InstrumentSpecification,
  type QuoteUsed,
  refuse,
  type Side,
  type Stop,
} from "@tradesage/contracts";
import { decimal, text } from "../calculation/decimal.ts";
import { instrumentOf, type Market, quoteOf } from "../calculation/market.ts";
import { type Account, isClosed, type OpenOrder, type OpenPosition } from "./account.ts";
import { evolve } from "./evolve.ts";
import { toldStops, validStops } from "./order-terms.ts";
import { type Named, nameOf } from "./position-name.ts";
import { heldOf, positionOf } from "./position-of.ts";
import type { Stops } from "./stops.ts";
import { trailStop } from "./trailing.ts";
import { beginning, standing } from "./trailing-terms.ts";

type ProtectPosition = DataOf<AccountCommand, "ProtectPosition">;

/** Sets where a position is closed: on either side of the price that closing it would get now. */
export function protectPosition(account: Account, protect: ProtectPosition, market: Market): AccountEvent[] {
  const { accountId, symbol } = protect;
  const held = positionOf(account, protect);
  const instrument = instrumentOf(market, symbol);
  const { bid, ask } = quoteOf(market, instrument);
  const asked = validStops(protect, held.side, held.side === "buy" ? bid : ask, instrument);
  const stops = standing(asked, held) ?? beginning(asked, held.side, { bid, ask }, instrument);
  const told = toldStops(stops, instrument);
  if (canonicalJson(told) === canonicalJson(toldStops(held.stops, instrument))) return [];
  return [{ type: "PositionProtected", data: { accountId, ...nameOf(held), side: held.side, ...told } }];
}

/** The stops that come with the order that opens a position, or adds to it; none where it has none. */
export function stopsOfOpened(
  accountId: string,
  named: Named,
  side: Side,
  stops: Stops,
  instrument: InstrumentSpecification,
  market: Market,
): AccountEvent[] {
  const told = toldStops(beginning(stops, side, quoteOf(market, instrument), instrument), instrument);
  if (told.stopLoss === undefined && told.takeProfit === undefined) return [];
  return [{ type: "PositionProtected", data: { accountId, ...named, side, ...told } }];
}

type TriggerStop = DataOf<AccountCommand, "TriggerStop">;

/**
 * The order that closes a position at its stop, after the stop has trailed as far as it had. Nothing where the quote does
 * not reach it: it was changed meanwhile.
 */
export function triggerStop(account: Account, trigger: TriggerStop, market: Market): AccountEvent[] {
  const { accountId, orderId, symbol, positionId, stop, quote, trailed } = trigger;
  if (account.orders.has(orderId) || isClosed(account, orderId)) return refuse("ORDER_EXISTS", undefined, { orderId });
  const told = trailed ? trailStop(account, { ...trailed, accountId, symbol, positionId }, market) : [];
  const trails = told.reduce((state, event) => evolve(state, event) ?? state, account);
  const held = heldOf(trails, trigger);
  if (!held || !isReached(held, stop, quote)) return [];
  const side = held.side === "buy" ? "sell" : "buy";
  const order = { accountId, orderId, ...nameOf(held), side, volume: text(held.volume) } as const;
  return [...told, { type: "OrderPlaced", data: { ...order, kind: "market", stop, reduceOnly: true, margin: "0.00" } }];
}

/** A stop whose order ends while its position stands is set again: what watches it took it for done. */
export function setAgain(account: Account, order: OpenOrder, market: Market): AccountEvent[] {
  const held = heldOf(account, order);
  if (!order.stop || !held) return [];
  const { accountId } = account;
  const told = toldStops(held.stops, instrumentOf(market, held.symbol));
  return [{ type: "PositionProtected", data: { accountId, ...nameOf(held), side: held.side, ...told } }];
}

/** A long position is closed at the bid: at a loss when that is at or below its stop, at a profit when at or above. */
function isReached({ side, stops }: OpenPosition, stop: Stop, { bid, ask }: QuoteUsed): boolean {
  const price = stop === "stop_loss" ? stops.stopLoss : stops.takeProfit;
  if (!price) return false;
  const isLow = (side === "buy") === (stop === "stop_loss");
  const closing = decimal(side === "buy" ? bid : ask);
  return isLow ? closing.lte(price) : closing.gte(price);
}
