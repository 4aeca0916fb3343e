import type { Currency, InstrumentSpecification } from "@tradesage/contracts";
import { convert } from "./conversion.ts";
import { type Big, roundMoney } from "./decimal.ts";
import type { Market } from "./market.ts";
import { unitsOf } from "./profit.ts";

/** What a volume is worth at a price, in the account's currency: what it would take to buy it, without leverage. */
export function notionalOf(
  instrument: InstrumentSpecification,
  volume: Big,
  price: Big,
  currency: Currency,
  market: Market,
): Big {
  const { calculationMode, baseCurrency, profitCurrency, symbol } = instrument;
  const from = calculationMode === "exchange_bonds" ? baseCurrency : profitCurrency;
  const value = price.times(volume).times(unitsOf(instrument));
  return roundMoney(convert(value, from, currency, "ask", market, { symbol, price }), currency);
}
