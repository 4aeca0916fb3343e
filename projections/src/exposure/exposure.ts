import type { InstrumentSpecification, tradeQueries } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import Big from "big.js";
import type { z } from "zod";

type Exposure = z.output<typeof tradeQueries.exposure.answer>;

export interface Held extends Pick<TenantTables["positions"], "symbol" | "side" | "volume" | "average_price"> {
  readonly specification: InstrumentSpecification;
}

/**
 * What positions are worth at the prices at which they were opened. A currency pair is an amount of its base, paid with
 * its profit currency; anything else is its value in the currency of its profit.
 */
export function exposureOf(positions: readonly Held[]): Exposure {
  const currencies = new Map<string, Big>();
  const add = (currency: string, amount: Big) =>
    currencies.set(currency, (currencies.get(currency) ?? Big(0)).plus(amount));
  const symbols = positions.map(({ symbol, side, volume, average_price, specification }) => {
    const { calculationMode, contractSize, baseCurrency, profitCurrency } = specification;
    const lots = Big(volume).times(side === "buy" ? 1 : -1);
    const value = lots.times(unitsOf(specification)).times(average_price);
    const isPair = calculationMode === "forex" || calculationMode === "forex_no_leverage";
    const ofBase = isPair || calculationMode === "exchange_bonds";
    const currency = ofBase ? baseCurrency : profitCurrency;
    const amount = isPair ? lots.times(contractSize) : value;
    add(currency, amount);
    if (isPair) add(profitCurrency, value.neg());
    return { symbol, side, volume, currency, amount: told(amount) };
  });
  return {
    symbols,
    currencies: [...currencies].sort().map(([currency, amount]) => ({ currency, amount: told(amount) })),
  };
}

/** By what a price is multiplied to be the value of a lot, as profits are computed (docs/instruments.md). */
function unitsOf({
  calculationMode,
  contractSize,
  tickValue,
  tickSize,
  faceValue = "0",
}: InstrumentSpecification): Big {
  const isFuture = calculationMode === "futures" || calculationMode === "exchange_futures";
  if (isFuture && tickValue !== undefined) return Big(tickValue).div(tickSize);
  return calculationMode === "exchange_bonds" ? Big(contractSize).times(faceValue).div(100) : Big(contractSize);
}

/** Rounded half up to the ten digits after the point that a decimal may have. */
const told = (amount: Big): string => amount.round(10, Big.roundHalfUp).toFixed();
