import {
  type AccountCommand,
  type DataOf,
  type InstrumentSpecification,
  type OrderKind,
  refuse,
  type Side,
  type TrailingRequest,
} from "@tradesage/contracts";
import { type Big, decimal, moneyText, zero } from "../calculation/decimal.ts";
import { type Market, quoteOf } from "../calculation/market.ts";
import type { Account } from "./account.ts";
import { fundsOf } from "./funds.ts";
import type { Stops, Trailing } from "./stops.ts";
import { trailedFrom, validTrailing } from "./trailing-terms.ts";

type PlaceOrder = DataOf<AccountCommand, "PlaceOrder">;

/** The prices at which an order stands. */
export interface Terms {
  readonly limitPrice: Big | undefined;
  readonly stopPrice: Big | undefined;
  readonly trailing: Trailing | undefined;
}

/**
 * The prices of an order, each a multiple of the tick size, the stop price on the side of the market that it waits for.
 * @throws Refused PRICE_OFF_TICK, STOP_BEHIND_MARKET, NO_QUOTE
 */
export function validTerms(
  {
    side,
    limitPrice,
    stopPrice,
    trailing,
    triggered = false,
  }: {
    readonly side: Side;
    readonly limitPrice?: string | undefined;
    readonly stopPrice?: string | undefined;
    readonly trailing?: TrailingRequest | undefined;
    readonly triggered?: boolean;
  },
  instrument: InstrumentSpecification,
  market: Market,
): Terms {
  if (trailing) {
    const valid = validTrailing(trailing, instrument);
    const stopPrice = trailedFrom(side, quoteOf(market, instrument), valid, instrument);
    return { limitPrice: undefined, stopPrice, trailing: valid };
  }
  const stop = stopPrice === undefined ? undefined : validPrice(stopPrice, instrument);
  if (stop && !triggered) mustBeAhead(stop, side, instrument, market);
  const limit = limitPrice === undefined ? undefined : validPrice(limitPrice, instrument);
  return { limitPrice: limit, stopPrice: stop, trailing: undefined };
}

/** Terms as an event tells them. */
export const pricesOf = ({ limitPrice, stopPrice, trailing }: Terms, { digits }: InstrumentSpecification) => ({
  ...(limitPrice && { limitPrice: limitPrice.toFixed(digits) }),
  ...(stopPrice && { stopPrice: stopPrice.toFixed(digits) }),
  ...(trailing && { trailing: toldTrailing(trailing, digits) }),
});

const toldTrailing = ({ distance, step }: Trailing, digits: number) => ({
  distance: distance.toFixed(digits),
  step: step.toFixed(digits),
});

/** A stop waits for the market to come to it: a buy above the ask, a sell below the bid (MQL5, ORDER_TYPE_BUY_STOP). */
function mustBeAhead(stop: Big, side: Side, instrument: InstrumentSpecification, market: Market): void {
  const { bid, ask } = quoteOf(market, instrument);
  if (side === "buy" ? stop.gt(ask) : stop.lt(bid)) return;
  const { digits } = instrument;
  const prices = { stopPrice: stop.toFixed(digits), bid: bid.toFixed(digits), ask: ask.toFixed(digits) };
  refuse("STOP_BEHIND_MARKET", undefined, { side, ...prices });
}

interface StopsRequest {
  readonly stopLoss?: string | undefined;
  readonly takeProfit?: string | undefined;
  readonly trailingStop?: TrailingRequest | undefined;
}

/**
 * The stops of a position on `side` that stands at such prices: the loss beyond the price that closing gets, the profit
 * on its other side. @throws Refused PRICE_OFF_TICK, STOP_BEHIND_MARKET
 */
export function validStops(
  { stopLoss, takeProfit, trailingStop }: StopsRequest,
  side: Side,
  price: Big,
  instrument: InstrumentSpecification,
): Stops {
  const loss = stopLoss === undefined ? undefined : validPrice(stopLoss, instrument);
  const profit = takeProfit === undefined ? undefined : validPrice(takeProfit, instrument);
  const isAhead = (stop: Big | undefined, above: boolean) => !stop || (above ? stop.gt(price) : stop.lt(price));
  if (isAhead(loss, side === "sell") && isAhead(profit, side === "buy")) {
    const trailing = trailingStop && validTrailing(trailingStop, instrument);
    return { stopLoss: loss, takeProfit: profit, trailingStop: trailing };
  }
  const at = price.toFixed(instrument.digits);
  return refuse("STOP_BEHIND_MARKET", undefined, {
    ...{ side, price: at },
    ...(stopLoss !== undefined && { stopLoss }),
    ...(takeProfit !== undefined && { takeProfit }),
  });
}

/** Stops as an event tells them. */
export const toldStops = ({ stopLoss, takeProfit, trailingStop }: Stops, { digits }: InstrumentSpecification) => ({
  ...(stopLoss && { stopLoss: stopLoss.toFixed(digits) }),
  ...(takeProfit && { takeProfit: takeProfit.toFixed(digits) }),
  ...(trailingStop && { trailingStop: toldTrailing(trailingStop, digits) }),
});

/** What a market order pays: it is bought at the ask and sold at the bid. */
export function worstPrice(side: Side, instrument: InstrumentSpecification, market: Market): Big {
  const { bid, ask } = quoteOf(market, instrument);
  return side === "buy" ? ask : bid;
}

/** @throws Refused INSUFFICIENT_MARGIN, with the numbers behind it */
export function affordable(required: Big, account: Account, market: Market): void {
  const { free, equity, used, reserved } = fundsOf(account, market);
  if (required.lte(free)) return;
  const { currency } = account;
  const money = (amount: Big) => moneyText(amount, currency);
  refuse("INSUFFICIENT_MARGIN", undefined, {
    currency,
    required: money(required),
    free: money(free),
    equity: money(equity),
    used: money(used),
    reserved: money(reserved),
  });
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** When an order expires, if ever. @throws Refused EXPIRY_PASSED */
export function expiryOf(
  { timeInForce, expiresAt }: Pick<PlaceOrder, "timeInForce" | "expiresAt">,
  at: number,
): string | undefined {
  if (timeInForce === "day") return new Date(Math.floor(at / DAY_MS) * DAY_MS + DAY_MS).toISOString();
  if (expiresAt === undefined) return undefined;
  const now = new Date(at).toISOString();
  return Date.parse(expiresAt) > at ? expiresAt : refuse("EXPIRY_PASSED", undefined, { expiresAt, now });
}

/** SYMBOL_VOLUME_MIN, _MAX and _STEP. */
export function validVolume(given: string, { volumeMin, volumeMax, volumeStep }: InstrumentSpecification): Big {
  const volume = decimal(given);
  if (volume.lt(decimal(volumeMin)) || volume.gt(decimal(volumeMax))) {
    return refuse("VOLUME_OUT_OF_RANGE", undefined, { volume: given, volumeMin, volumeMax });
  }
  if (!volume.mod(decimal(volumeStep)).eq(zero)) {
    return refuse("VOLUME_OFF_STEP", undefined, { volume: given, volumeStep });
  }
  return volume;
}

/** SYMBOL_TRADE_TICK_SIZE. */
function validPrice(given: string, { tickSize }: InstrumentSpecification): Big {
  const price = decimal(given);
  return price.mod(decimal(tickSize)).eq(zero)
    ? price
    : refuse("PRICE_OFF_TICK", undefined, { price: given, tickSize });
}

/** Whether an order rests until the market comes to it. */
export const rests = (kind: OrderKind): boolean => kind !== "market";
