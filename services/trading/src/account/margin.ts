import { type InstrumentSpecification, type InstrumentSymbol, refuse, type Side } from "@tradesage/contracts";
import type { Account } from "./account.ts";
import { convert, costIn, isPair } from "./conversion.ts";
import { type Big, decimal, larger, quoted, roundMoney, smaller, zero } from "./decimal.ts";
import type { Market } from "./market.ts";

/** What an account has to trade with, in its currency. */
export interface Funds {
  readonly balance: Big;
  /** Balance and what all positions would earn or lose if they were closed now. */
  readonly equity: Big;
  /** Held by positions. */
  readonly used: Big;
  /** Held back for open orders. */
  readonly reserved: Big;
  /** Equity less both. */
  readonly free: Big;
}

/**
 * What a volume at a price takes from the account while it is held, in the account's currency.
 * MQL5 ENUM_SYMBOL_CALC_MODE: FOREX is volume · contract size / leverage in the base currency; CFDLEVERAGE is
 * volume · contract size · price / leverage in the profit currency. A pair whose profit is in the account's currency
 * is converted by its own price, the others at the tenant's quotes.
 */
export function marginOf(
  { currency, leverage }: Pick<Account, "currency" | "leverage">,
  instrument: InstrumentSpecification,
  volume: Big,
  price: Big,
  market: Market,
): Big {
  const { baseCurrency, profitCurrency, marginCurrency } = instrument;
  const units = volume.times(decimal(instrument.contractSize));
  const inBase = isPair(instrument) && marginCurrency === baseCurrency && profitCurrency !== currency;
  const held = inBase
    ? costIn(currency, units, baseCurrency, market)
    : costIn(currency, units.times(price), profitCurrency, market);
  return roundMoney(held.div(decimal(String(leverage))), currency);
}

/**
 * What closing a volume earns, in the account's currency; a loss is negative.
 * MQL5 ENUM_SYMBOL_CALC_MODE: (close price − open price) · contract size · volume, in the profit currency.
 */
export function profitOf(
  { currency }: Pick<Account, "currency">,
  instrument: InstrumentSpecification,
  position: { readonly side: Side; readonly averagePrice: Big },
  volume: Big,
  price: Big,
  market: Market,
): Big {
  const perUnit = position.side === "buy" ? price.minus(position.averagePrice) : position.averagePrice.minus(price);
  const profit = perUnit.times(volume).times(decimal(instrument.contractSize));
  return roundMoney(convert(profit, instrument.profitCurrency, currency, market), currency);
}

export function fundsOf(account: Account, market: Market): Funds {
  const floating = account.positions.reduce((sum, position, symbol) => {
    const instrument = instrumentOf(market, symbol);
    const { bid, ask } = quoteOf(market, instrument);
    const price = position.side === "buy" ? bid : ask;
    return sum.plus(profitOf(account, instrument, position, position.volume, price, market));
  }, zero);
  const used = account.positions.reduce((sum, { margin }) => sum.plus(margin), zero);
  const { balance, reserved } = account;
  const equity = balance.plus(floating);
  return { balance, equity, used, reserved, free: equity.minus(used).minus(reserved) };
}

/**
 * What an order would take beyond what the account holds already. The part that closes an opposite position takes
 * nothing and gives that position's margin back; what other open orders would close of it is theirs.
 */
export function marginNeeded(
  account: Account,
  instrument: InstrumentSpecification,
  order: { readonly side: Side; readonly volume: Big },
  price: Big,
  market: Market,
): Big {
  const position = account.positions.get(instrument.symbol);
  const closing = position && position.side !== order.side ? smaller(order.volume, unclaimed()) : zero;
  const opening = order.volume.minus(closing);
  const given = position && closing.gt(zero) ? position.margin.times(closing).div(position.volume) : zero;
  const taken = marginOf(account, instrument, opening, price, market);
  return larger(zero, roundMoney(taken.minus(given), account.currency));

  /** What of the position no open order on this side would close. */
  function unclaimed(): Big {
    const others = account.orders.filter(({ symbol, side }) => symbol === instrument.symbol && side === order.side);
    return larger(
      zero,
      others.reduce((left, { remaining }) => left.minus(remaining), position?.volume ?? zero),
    );
  }
}

export function instrumentOf(market: Market, symbol: InstrumentSymbol): InstrumentSpecification {
  return market.instrument(symbol) ?? refuse("INSTRUMENT_NOT_FOUND", `there is no instrument ${symbol}`, { symbol });
}

/** The newest prices as decimals. */
export function quoteOf(market: Market, { symbol, digits }: InstrumentSpecification) {
  const quote = market.quote(symbol) ?? refuse("NO_QUOTE", `there is no quote for ${symbol} yet`, { symbol });
  return { bid: quoted(quote.bid, digits), ask: quoted(quote.ask, digits) };
}
