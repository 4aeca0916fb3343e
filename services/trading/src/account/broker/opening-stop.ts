import { type Big, decimal, zero } from "../../calculation/decimal.ts";
import { instrumentOf, type Market, quoteOf } from "../../calculation/market.ts";
import type { OpenOrder } from "../account.ts";
import { closingSide, trailedFrom } from "../trailing-terms.ts";
import type { Asked } from "./broker.ts";

/**
 * Where the stop begins to trail of the position that an order opens: at its distance from what closing gets at the fill,
 * if the spread is as it is now. An order for the market is filled at the prices of now. Nothing for other orders.
 * @throws Refused NO_QUOTE
 */
export function openingStop(order: OpenOrder, asked: Asked | undefined, market: Market): string | undefined {
  const { symbol, side, stops, positionId } = order;
  if (!stops.trailingStop || positionId !== undefined) return undefined;
  const instrument = instrumentOf(market, symbol);
  const { bid, ask } = quoteOf(market, instrument);
  const price = openingPrice(order, asked);
  const away = price ? price.minus(side === "buy" ? ask : bid) : zero;
  const then = { bid: bid.plus(away), ask: ask.plus(away) };
  return trailedFrom(closingSide(side), then, stops.trailingStop, instrument).toFixed(instrument.digits);
}

/** A stop-limit order is filled at its limit. */
function openingPrice({ limitPrice, stopPrice }: OpenOrder, asked: Asked | undefined): Big | undefined {
  const change = asked?.what === "change" ? asked : undefined;
  const given = change?.limitPrice ?? change?.stopPrice;
  return given === undefined ? (limitPrice ?? stopPrice) : decimal(given);
}
