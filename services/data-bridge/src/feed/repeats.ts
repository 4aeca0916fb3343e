import type { TickCursor } from "@tradesage/contracts";

/** Milliseconds of a feed whose ticks are remembered. */
const REMEMBERED = 1024;

/** Knows which ticks of a feed came before. A tick's identity is its millisecond and its ordinal in it. */
export interface Repeats {
  /** Whether the tick came before; if not, it has now. */
  seen(timeMsc: number, ordinal: number): boolean;
}

/**
 * @param until the feed's last stored tick, where a numbering begins that is not the stored one's: such a terminal
 * has refilled from its history, and what it sends up to there is known. Nothing of the sort where the numbering goes
 * on: there the batches' sequence tells repeats, and a time that goes back is genuine.
 */
export function createRepeats(until: TickCursor | undefined): Repeats {
  let known = until;
  /** The highest ordinal of each of the last milliseconds. */
  const recent = new Map<number, number>();

  return {
    seen(timeMsc, ordinal) {
      if (known !== undefined) {
        if (timeMsc < known.timeMsc || (timeMsc === known.timeMsc && ordinal <= known.ordinal)) return true;
        known = undefined;
      }
      const highest = recent.get(timeMsc);
      if (highest !== undefined && ordinal <= highest) return true;
      recent.set(timeMsc, ordinal);
      if (recent.size > REMEMBERED) recent.delete(recent.keys().next().value as number);
      return false;
    },
  };
}
