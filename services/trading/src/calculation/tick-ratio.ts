import type { InstrumentSpecification } from "@tradesage/contracts";
import { type Big, decimal } from "./decimal.ts";

/**
 * Tick value by tick size: what a change of the price by one is worth, a lot. Where no tick value is known a future's is
 * that of its contract size; an index takes the contract size beside it, so its ratio is one.
 */
export function tickRatio({ calculationMode, tickValue, tickSize, contractSize }: InstrumentSpecification): Big {
  if (tickValue !== undefined) return decimal(tickValue).div(decimal(tickSize));
  return decimal(calculationMode === "cfd_index" ? "1" : contractSize);
}
