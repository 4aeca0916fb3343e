import type { Currency, InstrumentSpecification, Side } from "@tradesage/contracts";
import { convert, unfavourable } from "./conversion.ts";
import { type Big, decimal, hundred, roundMoney } from "./decimal.ts";
import type { Market } from "./market.ts";
import { tickRatio } from "./tick-ratio.ts";

/** Volume that was bought or sold at a price. */
export interface Holding {
  readonly side: Side;
  readonly volume: Big;
  readonly price: Big;
}

/**
 * What closing a holding at a price earns, in the account's currency; a loss is negative.
 *
 * MQL5, ENUM_SYMBOL_CALC_MODE and MetaTrader 5, "Profit Calculation": (close − open) · contract size · lots; for futures
 * (close − open) · tick value / tick size · lots; for bonds, whose prices are percentages, (close − open) / 100 · face
 * value · contract size · lots, in the base currency and without accrued interest. Rounded to the currency's digits:
 * forex each price's value by itself, all else the difference.
 *
 * Converted, forex, by deal: at the price of the deal where its pair does, else at the ask when a buy is closed and at the
 * bid when a sell is. All else by market: what was gained is sold, what was lost is bought.
 */
export function profitOf(
  instrument: InstrumentSpecification,
  { side, volume, price: open }: Holding,
  close: Big,
  currency: Currency,
  market: Market,
): Big {
  const { calculationMode, baseCurrency, profitCurrency, symbol } = instrument;
  const worth = (price: Big) => roundMoney(price.times(volume).times(unitsOf(instrument)), profitCurrency);
  const [low, high] = side === "buy" ? [open, close] : [close, open];
  const isForex = calculationMode === "forex" || calculationMode === "forex_no_leverage";
  const profit = isForex ? worth(high).minus(worth(low)) : worth(high.minus(low));
  const from = calculationMode === "exchange_bonds" ? baseCurrency : profitCurrency;
  const converted = isForex
    ? convert(profit, from, currency, side === "buy" ? "ask" : "bid", market, { symbol, price: close })
    : convert(profit, from, currency, unfavourable(profit), market);
  return roundMoney(converted, currency);
}

/** By what a price is multiplied to be the value of a lot. */
export function unitsOf(instrument: InstrumentSpecification): Big {
  const { calculationMode, contractSize, faceValue = "0" } = instrument;
  switch (calculationMode) {
    case "futures":
    case "exchange_futures":
      return tickRatio(instrument);
    case "exchange_bonds":
      return decimal(contractSize).times(decimal(faceValue)).div(hundred);
    case "forex":
    case "forex_no_leverage":
    case "cfd":
    case "cfd_index":
    case "cfd_leverage":
    case "exchange_stocks":
    case "none":
      return decimal(contractSize);
  }
}
