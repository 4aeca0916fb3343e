import {
  type AccountCommand,
  type AccountEvent,
  type InstrumentSpecification,
  refuse,
  type Side,
} from "@tradesage/contracts";
import type { Account } from "./account.ts";
import { type Big, decimal, moneyText, text, zero } from "./decimal.ts";
import { fundsOf, instrumentOf, marginNeeded, quoteOf } from "./margin.ts";
import type { Market } from "./market.ts";

type PlaceOrder = Extract<AccountCommand, { type: "PlaceOrder" }>["data"];

/** Checks run from the cheapest to the dearest; the first that fails is the answer. */
export function placeOrder(account: Account, order: PlaceOrder, market: Market): AccountEvent[] {
  const { accountId, orderId, symbol, side, kind } = order;
  if (account.orders.has(orderId) || account.closedOrders.has(orderId)) {
    return refuse("ORDER_EXISTS", undefined, { orderId });
  }
  const instrument = instrumentOf(market, symbol);
  const volume = validVolume(order.volume, instrument);
  const limitPrice = order.limitPrice === undefined ? undefined : validPrice(order.limitPrice, instrument);
  const price = limitPrice ?? entryPrice(side, instrument, market);

  const margin = marginNeeded(account, instrument, { side, volume }, price, market);
  if (margin.gt(zero)) affordable(margin, account, market);
  const placed = {
    accountId,
    orderId,
    symbol,
    side,
    volume: text(volume),
    kind,
    ...(limitPrice && { limitPrice: limitPrice.toFixed(instrument.digits) }),
    margin: moneyText(margin, account.currency),
  };
  return [{ type: "OrderPlaced", data: placed }];
}

/** @throws Refused INSUFFICIENT_MARGIN, with the numbers behind it */
function affordable(required: Big, account: Account, market: Market): void {
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

/** A market order is bought at the ask and sold at the bid. */
function entryPrice(side: Side, instrument: InstrumentSpecification, market: Market): Big {
  const { bid, ask } = quoteOf(market, instrument);
  return side === "buy" ? ask : bid;
}

/** SYMBOL_VOLUME_MIN, _MAX and _STEP. */
function validVolume(given: string, { volumeMin, volumeMax, volumeStep }: InstrumentSpecification): Big {
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
