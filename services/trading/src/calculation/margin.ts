import type { Currency, InstrumentSpecification, Side } from "@tradesage/contracts";
import { convert } from "./conversion.ts";
import { type Big, decimal, hundred, roundMoney, zero } from "./decimal.ts";
import type { Market } from "./market.ts";
import type { Holding } from "./profit.ts";
import { tickRatio } from "./tick-ratio.ts";

/** `initial`: to place an order. `maintenance`: to hold what it opened. */
export type MarginKind = "initial" | "maintenance";

/** What an account's margin depends on. */
export interface MarginTerms {
  readonly currency: Currency;
  readonly leverage: number;
}

/**
 * What a volume at a price takes from an account, in the account's currency: the basic margin of the instrument's mode,
 * converted, times the side's margin rate. Source: MetaTrader 5, "Margin Calculation: Retail Forex, CFD, Futures".
 */
export function marginOf(
  kind: MarginKind,
  terms: MarginTerms,
  instrument: InstrumentSpecification,
  holding: Holding,
  market: Market,
): Big {
  const basic = basicMargin(kind, terms.leverage, instrument, holding);
  return rated(basic, rateOf(kind, instrument, holding.side), terms.currency, instrument, holding, market);
}

/**
 * MQL5, ENUM_SYMBOL_CALC_MODE and MetaTrader 5, "Basic Margin Calculation", in the margin's currency (bonds: the base):
 * - forex: lots · contract size / leverage; without leverage: lots · contract size;
 * - CFD, stocks: lots · contract size · price; CFD with leverage: / leverage; CFD index: · tick value / tick size;
 * - futures: lots · initial (maintenance) margin;
 * - bonds: lots · contract size · face value · price / 100.
 * Where an initial margin is set it takes the place of the formula; forex and CFD with leverage still divide by that.
 */
export function basicMargin(
  kind: MarginKind,
  leverage: number,
  instrument: InstrumentSpecification,
  { volume, price }: Pick<Holding, "volume" | "price">,
): Big {
  const { calculationMode, contractSize, faceValue = "0", marginInitial, marginMaintenance } = instrument;
  const byLeverage = (amount: Big) => amount.div(decimal(String(leverage)));
  const fixed = kind === "maintenance" ? (marginMaintenance ?? marginInitial) : marginInitial;
  const units = volume.times(decimal(fixed ?? contractSize));
  switch (calculationMode) {
    case "forex":
      return byLeverage(units);
    case "cfd_leverage":
      return byLeverage(fixed === undefined ? units.times(price) : units);
    case "forex_no_leverage":
      return units;
    case "futures":
    case "exchange_futures":
      return fixed === undefined ? zero : units;
    case "cfd":
    case "exchange_stocks":
    case "none":
      return fixed === undefined ? units.times(price) : units;
    case "cfd_index":
      return fixed === undefined ? units.times(price).times(tickRatio(instrument)) : units;
    case "exchange_bonds":
      return fixed === undefined ? units.times(decimal(faceValue)).times(price).div(hundred) : units;
  }
}

/** SymbolInfoMarginRate; "if the maintenance rate is zero, the initial one is used". */
export function rateOf(kind: MarginKind, { marginRates }: InstrumentSpecification, side: Side): Big {
  const initial = decimal(marginRates[side].initial);
  const maintenance = decimal(marginRates[side].maintenance);
  return kind === "initial" || maintenance.eq(zero) ? initial : maintenance;
}

/** A basic margin in the account's currency: bought for a buy, at the price of the deal where its own pair does. */
export function rated(
  basic: Big,
  rate: Big,
  currency: Currency,
  { calculationMode, baseCurrency, marginCurrency, symbol }: InstrumentSpecification,
  { side, price }: Pick<Holding, "side" | "price">,
  market: Market,
): Big {
  const from = calculationMode === "exchange_bonds" ? baseCurrency : marginCurrency;
  if (rate.eq(zero)) return zero;
  const converted = convert(basic, from, currency, side === "buy" ? "ask" : "bid", market, { symbol, price });
  return roundMoney(converted.times(rate), currency);
}
