import {
  type InstrumentSpecification,
  type InstrumentSymbol,
  type JsonObject,
  type Rate,
  type RefusalCode,
  type RiskLimits,
  refuse,
  type Side,
} from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import { type Big, decimal, hundred, moneyText, text, zero } from "../calculation/decimal.ts";
import { type Moment, quoteOf } from "../calculation/market.ts";
import { notionalOf } from "../calculation/notional.ts";

/** An order as it is about to be placed, or to stand once it is modified. */
export interface Asked {
  readonly symbol: InstrumentSymbol;
  readonly side: Side;
  readonly volume: Big;
  readonly reduceOnly: boolean;
  /** What it is worth is told at this price. */
  readonly price: Big;
  /** The prices that it names. */
  readonly limitPrice: Big | undefined;
  readonly stopPrice: Big | undefined;
}

/**
 * Holds an order against the account's limits, which know it not yet. What can only reduce is held to its price and to
 * the rates alone: nothing else keeps an account from getting out.
 * @throws Refused with the rule, its limit, the value and the quote
 */
export function withinLimits(
  rate: "orders" | "modifications",
  account: Account,
  asked: Asked,
  instrument: InstrumentSpecification,
  moment: Moment,
): void {
  const { rules, version } = account.risk;
  if (!rules) return;
  const { limits } = rules;
  const { currency } = account;
  const { symbol, volume, price } = asked;

  withinRate(limits[rate], rate === "orders" ? account.risk.placed : account.risk.modified);
  withinCollar(asked.limitPrice);
  withinCollar(asked.stopPrice);
  if (asked.reduceOnly) return;

  if (limits.quoteAge !== undefined) {
    const seconds = ageOfQuote(moment, instrument) / 1000;
    if (seconds > limits.quoteAge) deny("QUOTE_TOO_OLD", "quoteAge", limits.quoteAge, seconds);
  }
  atMost("ORDER_VOLUME_EXCEEDED", "orderVolume", () => volume, text);
  const value = (of: Big) => notionalOf(instrument, of, price, currency, moment);
  const money = (amount: Big) => moneyText(amount, currency);
  atMost("NOTIONAL_EXCEEDED", "orderNotional", () => value(volume), money);
  atMost("NOTIONAL_EXCEEDED", "symbolNotional", () => value(exposure(account, asked)), money);
  fewerThan("TOO_MANY_ORDERS", "openOrders", () => account.orders.size + 1);
  fewerThan("TOO_MANY_POSITIONS", "openPositions", () => positionsWith(account, symbol));

  function deny(
    code: RefusalCode,
    rule: keyof RiskLimits,
    limit: string | number | Rate,
    value: string | number,
  ): never {
    const quote = moment.quote(symbol);
    const { digits } = instrument;
    const told: JsonObject = quote
      ? { bid: quote.bid.toFixed(digits), ask: quote.ask.toFixed(digits), timeMsc: quote.timeMsc }
      : {};
    const rules = { rules: account.risk.rules?.name ?? "", version };
    return refuse(code, undefined, { rule, limit, value, ...rules, symbol, ...told });
  }

  function atMost(
    code: RefusalCode,
    rule: "orderVolume" | "orderNotional" | "symbolNotional",
    measure: () => Big,
    told: (value: Big) => string,
  ): void {
    const limit = limits[rule];
    if (limit === undefined) return;
    const value = measure();
    if (value.gt(decimal(limit))) deny(code, rule, limit, told(value));
  }

  function fewerThan(code: RefusalCode, rule: "openOrders" | "openPositions", countOf: () => number): void {
    const limit = limits[rule];
    if (limit === undefined) return;
    const count = countOf();
    if (count > limit) deny(code, rule, limit, count);
  }

  function withinRate(limit: Rate | undefined, times: readonly number[]): void {
    const first = limit && times.at(-limit.count);
    if (limit === undefined || first === undefined || first <= moment.at - limit.seconds * 1000) return;
    deny("ORDER_RATE_EXCEEDED", rate, limit, limit.count + 1);
  }

  /** A slip of the finger: a price far from what the order would get now. */
  function withinCollar(named: Big | undefined): void {
    if (limits.priceCollar === undefined || named === undefined) return;
    const { bid, ask } = quoteOf(moment, instrument);
    const now = asked.side === "buy" ? ask : bid;
    const percent = named.minus(now).abs().div(now).times(hundred).round(4);
    if (percent.gt(decimal(limits.priceCollar)))
      deny("PRICE_OUTSIDE_COLLAR", "priceCollar", limits.priceCollar, text(percent));
  }
}

/** How long ago the newest quote reached us or, where it did not come live, was made: milliseconds. @throws Refused NO_QUOTE */
function ageOfQuote({ quote, at }: Moment, { symbol }: InstrumentSpecification): number {
  const newest = quote(symbol) ?? refuse("NO_QUOTE", `there is no quote for ${symbol} yet`, { symbol });
  return at - (newest.receivedAt ?? newest.timeMsc);
}

/** What the account would hold on the order's side, all open orders of it filled. */
function exposure({ positions, orders }: Account, { symbol, side, volume }: Asked): Big {
  const holds = positions
    .filter((held) => held.symbol === symbol)
    .reduce((sum, held) => (held.side === side ? sum.plus(held.volume) : sum.minus(held.volume)), zero);
  const total = orders
    .filter((order) => order.symbol === symbol && order.side === side && !order.reduceOnly)
    .reduce((sum, { remaining }) => sum.plus(remaining), holds.plus(volume));
  return total.gt(zero) ? total : zero;
}

/** The positions that the account has or would have, once all its orders are filled. */
function positionsWith({ mode, positions, orders }: Account, symbol: InstrumentSymbol): number {
  if (mode === "hedging") return positions.size + orders.count(({ reduceOnly }) => !reduceOnly) + 1;
  const symbols = new Set(positions.keys()).add(symbol);
  for (const order of orders.values()) if (!order.reduceOnly) symbols.add(order.symbol);
  return symbols.size;
}
