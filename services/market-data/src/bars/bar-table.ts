import type { Bar, Timeframe } from "@tradesage/contracts";

/** A bar as it stands after a write. */
export interface WrittenBar extends Bar {
  readonly feed: number;
  readonly timeframe: Timeframe;
}

/** The table of a timeframe's bars. */
export const barTable = <Length extends Timeframe>(timeframe: Length): `bars_${Length}` => `bars_${timeframe}`;

/** A row of such a table as the contract's Bar, in SQL. */
export const asBar = `extract(epoch from time)::float8 * 1000 as "timeMsc",
  bid_open as "bidOpen", bid_high as "bidHigh", bid_low as "bidLow", bid_close as "bidClose",
  ask_open as "askOpen", ask_high as "askHigh", ask_low as "askLow", ask_close as "askClose", ticks`;
