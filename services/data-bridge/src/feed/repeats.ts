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
  /** A ring of the last milliseconds, and the highest ordinal of each. Arrays of numbers: nothing is allocated by tick. */
  const times = new Float64Array(REMEMBERED).fill(Number.NaN);
  const ordinals = new Uint16Array(REMEMBERED);
  const at = { newest: 0, latestMsc: Number.NEGATIVE_INFINITY };
  let isBehind = until !== undefined;

  /** Time goes on as a rule: only what is not later than all before can be among them. */
  function placeOf(timeMsc: number): number {
    if (timeMsc === times[at.newest]) return at.newest;
    if (timeMsc > at.latestMsc) return -1;
    return times.indexOf(timeMsc);
  }

  return {
    seen(timeMsc, ordinal) {
      if (isBehind && until !== undefined) {
        if (timeMsc < until.timeMsc || (timeMsc === until.timeMsc && ordinal <= until.ordinal)) return true;
        isBehind = false;
      }
      const place = placeOf(timeMsc);
      if (place >= 0) {
        if (ordinal <= (ordinals[place] as number)) return true;
        ordinals[place] = ordinal;
        return false;
      }
      at.newest = (at.newest + 1) % REMEMBERED;
      times[at.newest] = timeMsc;
      ordinals[at.newest] = ordinal;
      if (timeMsc > at.latestMsc) at.latestMsc = timeMsc;
      return false;
    },
  };
}
