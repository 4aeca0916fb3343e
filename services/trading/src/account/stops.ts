import type { Big } from "../calculation/decimal.ts";

/** How a stop follows the market. */
export interface Trailing {
  readonly distance: Big;
  readonly step: Big;
}

/** Where a position is closed: at a loss, at a profit. */
export interface Stops {
  readonly stopLoss: Big | undefined;
  readonly takeProfit: Big | undefined;
  /** The stop loss of a position trails so; that of one that an order will open begins to where it is opened. */
  readonly trailingStop: Trailing | undefined;
}
export const noStops: Stops = { stopLoss: undefined, takeProfit: undefined, trailingStop: undefined };
