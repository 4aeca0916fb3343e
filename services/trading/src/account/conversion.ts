import { type Currency, type InstrumentSpecification, refuse } from "@tradesage/contracts";
import { type Big, quoted, zero } from "./decimal.ts";
import type { Market } from "./market.ts";

/**
 * An amount in another currency, at the prices at which one would trade it: what is held is sold, what is owed is
 * bought. So a gain comes at the worse side and a loss too. Takes one pair, or two with a currency between them.
 * @throws Refused NO_CONVERSION_RATE when no quotes connect the two.
 */
export function convert(amount: Big, from: Currency, to: Currency, market: Market): Big {
  if (from === to) return amount;
  if (amount.eq(zero)) return zero;
  const direct = exchange(amount, from, to, market);
  if (direct) return direct;
  for (const pair of market.pairsOf(from)) {
    const between = counterOf(pair, from);
    const half = exchange(amount, from, between, market);
    const whole = half && exchange(half, between, to, market);
    if (whole) return whole;
  }
  return refuse("NO_CONVERSION_RATE", undefined, { from, to });
}

/** What an obligation costs in another currency; positive in, positive out. */
export const costIn = (to: Currency, amount: Big, from: Currency, market: Market): Big =>
  convert(amount.neg(), from, to, market).neg();

/** Whether the instrument's price is a rate between two currencies. */
export const isPair = ({ baseCurrency, profitCurrency }: InstrumentSpecification): boolean =>
  baseCurrency !== profitCurrency;

const counterOf = (pair: InstrumentSpecification, currency: Currency): Currency =>
  pair.baseCurrency === currency ? pair.profitCurrency : pair.baseCurrency;

function exchange(amount: Big, from: Currency, to: Currency, market: Market): Big | undefined {
  const sells = amount.gt(zero);
  for (const pair of market.pairsOf(from)) {
    const quote = market.quote(pair.symbol);
    if (!quote || counterOf(pair, from) !== to) continue;
    const bid = quoted(quote.bid, pair.digits);
    const ask = quoted(quote.ask, pair.digits);
    return pair.baseCurrency === from ? amount.times(sells ? bid : ask) : amount.div(sells ? ask : bid);
  }
  return undefined;
}
