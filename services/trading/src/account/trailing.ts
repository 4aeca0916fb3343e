import type {
  AccountCommand,
  AccountEvent,
  DataOf,
  InstrumentSpecification,
  QuoteUsed,
  Side,
} from "@tradesage/contracts";
import { type Big, decimal } from "../calculation/decimal.ts";
import { instrumentOf, type Market } from "../calculation/market.ts";
import type { Account, OpenOrder, OpenPosition } from "./account.ts";
import { toldStops } from "./order-terms.ts";
import { nameOf } from "./position-name.ts";
import { heldOf } from "./position-of.ts";
import type { Stops } from "./stops.ts";
import { closingSide, trailedFrom } from "./trailing-terms.ts";

/** Its venue saw the market move on: the stop of an order follows. Nothing where it was changed meanwhile. */
export function trailOrder(
  { symbol, side, stopPrice, trailing }: OpenOrder,
  { accountId, orderId, from, quote }: DataOf<AccountCommand, "TrailOrder">,
  market: Market,
): AccountEvent[] {
  if (!trailing || !stopPrice?.eq(decimal(from))) return [];
  const instrument = instrumentOf(market, symbol);
  const trailed = trailedFrom(side, pricesOf(quote), trailing, instrument);
  if (!isBetter(side, trailed, stopPrice)) return [];
  const data = { accountId, orderId, stopPrice: trailed.toFixed(instrument.digits), quote };
  return [{ type: "OrderTrailed", data }];
}

/** Its venue saw the market move on: the stop of a position follows. Nothing where it was changed meanwhile. */
export function trailStop(
  account: Account,
  { symbol, positionId, ...trail }: DataOf<AccountCommand, "TrailStop">,
  market: Market,
): AccountEvent[] {
  const held = heldOf(account, { symbol, positionId });
  if (!held) return [];
  const instrument = instrumentOf(market, symbol);
  const stops = trailedStops(held, trail, instrument);
  if (stops === held.stops) return [];
  const { accountId } = account;
  const told = toldStops(stops, instrument);
  return [
    { type: "PositionProtected", data: { accountId, ...nameOf(held), side: held.side, ...told, quote: trail.quote } },
  ];
}

/** The stops of a position after it trailed to where such a quote leads; as they are where they were changed meanwhile. */
function trailedStops(
  { side, stops }: OpenPosition,
  { from, quote }: { readonly from: string; readonly quote: QuoteUsed },
  instrument: InstrumentSpecification,
): Stops {
  const { stopLoss, trailingStop } = stops;
  if (!trailingStop || !stopLoss?.eq(decimal(from))) return stops;
  const closing = closingSide(side);
  const trailed = trailedFrom(closing, pricesOf(quote), trailingStop, instrument);
  return isBetter(closing, trailed, stopLoss) ? { ...stops, stopLoss: trailed } : stops;
}

/** A stop trails one way only: that of what sells up, that of what buys down. */
const isBetter = (side: Side, stop: Big, before: Big): boolean => (side === "buy" ? stop.lt(before) : stop.gt(before));

const pricesOf = ({ bid, ask }: QuoteUsed) => ({ bid: decimal(bid), ask: decimal(ask) });
