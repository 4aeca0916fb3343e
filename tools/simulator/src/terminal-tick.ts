import type { InstrumentSymbol, Tick } from "@tradesage/contracts";

/** A tick as a terminal has it: `timeMsc` on the broker's clock, its place in its millisecond, no judgement yet. */
export interface TerminalTick extends Omit<Tick, "quality"> {
  readonly symbol: InstrumentSymbol;
}

/** Ticks in their order, a handful at a time: one by one an async iteration would cost more than all else. */
export type TickSource = AsyncIterable<readonly TerminalTick[]>;

/** TICK_FLAG_BID | TICK_FLAG_ASK: both may have changed. */
export const QUOTE_FLAGS = 6;

/** Counts the ticks of each millisecond: 0, 1, … */
export function createOrdinals(): (timeMsc: number) => number {
  let last: number | undefined;
  let ordinal = 0;
  return (timeMsc) => {
    ordinal = timeMsc === last ? ordinal + 1 : 0;
    last = timeMsc;
    return ordinal;
  };
}
