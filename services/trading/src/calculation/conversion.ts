import { type Currency, type InstrumentSpecification, type InstrumentSymbol, refuse } from "@tradesage/contracts";
import { type Big, quoted, zero } from "./decimal.ts";
import type { Market } from "./market.ts";

/** The price of a currency in another: what one gets for selling it, what one pays for buying it. */
export type PriceSide = "bid" | "ask";

/** A deal's own price stands for both sides of its instrument (MetaTrader 5, "Profit Calculation": by deal). */
export interface DealPrice {
  readonly symbol: InstrumentSymbol;
  readonly price: Big;
}

/**
 * An amount in another currency, at one side of the tenant's own quotes, over one pair or two with a currency between
 * them. A pair that is quoted the other way round counts inverted: the ask of CHFUSD is one by the bid of USDCHF.
 * Source: MetaTrader 5, "Conversion", "Profit Calculation".
 * @throws Refused NO_CONVERSION_RATE when no quotes connect the two.
 */
export function convert(
  amount: Big,
  from: Currency,
  to: Currency,
  side: PriceSide,
  market: Market,
  deal?: DealPrice,
): Big {
  if (from === to || amount.eq(zero)) return amount;
  const direct = exchange(amount, from, to);
  if (direct) return direct;
  for (const pair of market.pairsOf(from)) {
    const between = counterOf(pair, from);
    const half = exchange(amount, from, between);
    const whole = half && exchange(half, between, to);
    if (whole) return whole;
  }
  return refuse("NO_CONVERSION_RATE", undefined, { from, to });

  function exchange(held: Big, one: Currency, other: Currency): Big | undefined {
    for (const pair of market.pairsOf(one)) {
      if (counterOf(pair, one) !== other) continue;
      const isInverse = pair.baseCurrency !== one;
      const price = priceOf(pair, isInverse ? opposite[side] : side);
      if (price) return isInverse ? held.div(price) : held.times(price);
    }
    return undefined;
  }

  function priceOf({ symbol, digits }: InstrumentSpecification, use: PriceSide): Big | undefined {
    if (symbol === deal?.symbol) return deal.price;
    const quote = market.quote(symbol);
    return quote && quoted(quote[use], digits);
  }
}

const opposite = { bid: "ask", ask: "bid" } as const;

/** At what one would trade it: a gain is sold at the bid, what is owed is bought at the ask. */
export const unfavourable = (amount: Big): PriceSide => (amount.gt(zero) ? "bid" : "ask");

/** Whether the instrument's price is a rate between two currencies. */
export const isPair = ({ baseCurrency, profitCurrency }: InstrumentSpecification): boolean =>
  baseCurrency !== profitCurrency;

const counterOf = (pair: InstrumentSpecification, currency: Currency): Currency =>
  pair.baseCurrency === currency ? pair.profitCurrency : pair.baseCurrency;
