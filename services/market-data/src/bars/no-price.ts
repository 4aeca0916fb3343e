import { TickQuality } from "@tradesage/contracts";

/**
 * The doubts that keep a tick out of bars: it has no price on one side. Any other doubt does not: each side's bar is of
 * that side alone, so that a crossed quote says nothing wrong of either, and what was doubted was quoted all the same.
 */
export const NO_PRICE = TickQuality.not_a_number | TickQuality.zero_price;
