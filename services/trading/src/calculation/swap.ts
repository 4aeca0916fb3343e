import type { Currency, InstrumentSpecification, Weekday } from "@tradesage/contracts";
import { convert, unfavourable } from "./conversion.ts";
import { type Big, decimal, hundred, roundMoney, zero } from "./decimal.ts";
import type { Market } from "./market.ts";
import { type Holding, profitOf } from "./profit.ts";

/** The bank's year (MQL5, ENUM_SYMBOL_SWAP_MODE: "standard bank year is 360 days"). */
const daysInYear = decimal("360");

/** How often a night that begins on a day is charged: three times on the triple day, never at a weekend. */
export function nightsOf({ swapTripleDay }: InstrumentSpecification, day: Weekday): number {
  if (day === swapTripleDay) return 3;
  return day === "saturday" || day === "sunday" ? 0 : 1;
}

/**
 * What holding a position for some nights earns, in the account's currency; negative where it costs.
 * Source: MetaTrader 5, "Swaps"; MQL5, ENUM_SYMBOL_SWAP_MODE.
 * - points: swap · what a point earns the position, which is rounded once it is in the account's currency;
 * - money: swap · lots, converted to the holder's disadvantage;
 * - interest: value · swap / 100 / 360, in the base currency; for a buy at the bid, for a sell at the ask.
 * `reopen_…` charge no money.
 */
export function swapOf(
  instrument: InstrumentSpecification,
  holding: Holding,
  current: Big,
  nights: number,
  currency: Currency,
  market: Market,
): Big {
  const { swapMode, swapLong, swapShort } = instrument;
  const { side, volume, price: open } = holding;
  const swap = decimal(side === "buy" ? swapLong : swapShort).times(decimal(String(nights)));
  const money = (from: Currency) => {
    const amount = swap.times(volume);
    return convert(amount, from, currency, unfavourable(amount), market);
  };
  const interest = (price: Big) => {
    const amount = lotValue(instrument, price).times(volume).times(swap).div(hundred).div(daysInYear);
    return convert(amount, instrument.baseCurrency, currency, side === "buy" ? "bid" : "ask", market);
  };
  return roundMoney(amountOf(), currency);

  function amountOf(): Big {
    switch (swapMode) {
      case "points":
        return swap.times(pointValue(instrument, holding, current, currency, market));
      case "base_currency":
        return money(instrument.baseCurrency);
      case "margin_currency":
        return money(instrument.marginCurrency);
      case "profit_currency":
        return money(instrument.profitCurrency);
      case "account_currency":
        return money(currency);
      case "interest_current":
        return interest(current);
      case "interest_open":
        return interest(open);
      case "disabled":
      case "reopen_close":
      case "reopen_bid":
        return zero;
    }
  }
}

/** What the position earns when the price moves by one point in its favour, to where it is now. */
function pointValue(
  instrument: InstrumentSpecification,
  { side, volume }: Holding,
  current: Big,
  currency: Currency,
  market: Market,
): Big {
  const point = decimal(`1e-${instrument.digits}`);
  const price = side === "buy" ? current.minus(point) : current.plus(point);
  return profitOf(instrument, { side, volume, price }, current, currency, market);
}

/** A lot's value, in the base currency. */
function lotValue(instrument: InstrumentSpecification, price: Big): Big {
  const { calculationMode, contractSize, faceValue = "0" } = instrument;
  const size = decimal(contractSize);
  switch (calculationMode) {
    case "forex":
    case "forex_no_leverage":
      return size;
    case "futures":
    case "exchange_futures":
      return size
        .times(price)
        .times(decimal(instrument.tickValue ?? instrument.tickSize))
        .div(decimal(instrument.tickSize));
    case "exchange_bonds":
      return size.times(decimal(faceValue)).times(price).div(hundred);
    case "cfd":
    case "cfd_index":
    case "cfd_leverage":
    case "exchange_stocks":
    case "none":
      return size.times(price);
  }
}
