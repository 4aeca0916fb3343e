import type { InstrumentSpecification, Side } from "@tradesage/contracts";
import { type Big, decimal, larger, smaller, zero } from "./decimal.ts";
import { basicMargin, type MarginKind, type MarginTerms, marginOf, rated, rateOf } from "./margin.ts";
import type { Market } from "./market.ts";
import type { Holding } from "./profit.ts";

/**
 * What holdings of one instrument on both sides take together, in the account's currency.
 * Source: MetaTrader 5, "Margin Calculation: Retail Forex, CFD, Futures — Hedging".
 * - By the larger leg, where the instrument says so: each side's volume at its average price; the larger counts.
 * - Else what no volume of the other side covers, at the larger side's average price and rate; and what is covered, once,
 *   by the hedged margin, at the average price of all and the mean of both rates.
 */
export function hedgedMarginOf(
  kind: MarginKind,
  terms: MarginTerms,
  instrument: InstrumentSpecification,
  holdings: readonly Holding[],
  market: Market,
): Big {
  const long = legOf("buy", holdings);
  const short = legOf("sell", holdings);
  const margin = (leg: Holding) => marginOf(kind, terms, instrument, leg, market);
  if (instrument.marginOfLargerLeg) return larger(margin(long), margin(short));
  const greater = long.volume.lt(short.volume) ? short : long;
  const covered = smaller(long.volume, short.volume);
  const uncovered = margin({ ...greater, volume: greater.volume.minus(covered) });
  if (covered.eq(zero)) return uncovered;
  const both = { side: greater.side, volume: covered, price: averageOf([long, short]) };
  const mean = rateOf(kind, instrument, "buy")
    .plus(rateOf(kind, instrument, "sell"))
    .div(decimal("2"));
  const basic = basicMargin(kind, terms.leverage, hedged(instrument), both);
  return uncovered.plus(rated(basic, mean, terms.currency, instrument, both, market));
}

/** SYMBOL_MARGIN_HEDGED takes the place of the fixed margin where there is one, else of the contract size. */
function hedged(instrument: InstrumentSpecification): InstrumentSpecification {
  const { marginHedged, marginInitial, contractSize } = instrument;
  if (marginInitial === undefined) return { ...instrument, contractSize: marginHedged ?? contractSize };
  return { ...instrument, marginInitial: marginHedged ?? marginInitial, marginMaintenance: undefined };
}

function legOf(side: Side, holdings: readonly Holding[]): Holding {
  const leg = holdings.filter((holding) => holding.side === side);
  return { side, volume: leg.reduce((sum, { volume }) => sum.plus(volume), zero), price: averageOf(leg) };
}

/** Weighted by volume; zero of nothing. */
function averageOf(holdings: readonly Holding[]): Big {
  const volume = holdings.reduce((sum, holding) => sum.plus(holding.volume), zero);
  if (volume.eq(zero)) return zero;
  return holdings.reduce((sum, holding) => sum.plus(holding.price.times(holding.volume)), zero).div(volume);
}
