import { TickQuality } from "@tradesage/contracts";

/** Live ticks further from the bridge's clock than this are stale, or ahead of their time. */
const CLOCK_TOLERANCE_MS = 60_000;
/** A mid price further than 2 % from the last good one is a spike, until the tick after it bears it out. */
const SPIKE_RATIO = 0.02;

const { crossed, stale, out_of_order, spike, not_a_number, zero_price, ahead } = TickQuality;

/** Finds what is doubtful about the prices of a feed's ticks, one after the other. */
export interface PriceJudge {
  /** Bits of TickQuality. */
  judge(bid: number, ask: number, last: number, volume: number): number;
}

export function createPriceJudge(): PriceJudge {
  let good: number | undefined;
  let suspect: number | undefined;

  function spikeBit(mid: number): number {
    const isBorneOut = suspect !== undefined && !isFar(mid, suspect);
    if (good !== undefined && isFar(mid, good) && !isBorneOut) {
      suspect = mid;
      return spike;
    }
    good = mid;
    suspect = undefined;
    return 0;
  }

  return {
    judge(bid, ask, last, volume) {
      // A sum is finite only if all its terms are.
      if (!Number.isFinite(bid + ask + last + volume)) return not_a_number;
      if (bid === 0 || ask === 0) return zero_price;
      if (ask < bid) return crossed;
      return spikeBit((bid + ask) / 2);
    },
  };
}

const isFar = (mid: number, from: number): boolean => Math.abs(mid - from) > SPIKE_RATIO * Math.abs(from);

/** What is doubtful about a tick's time, in UTC milliseconds; `now` only where the tick claims to be of now. */
export function judgeTime(timeMsc: number, before: number | undefined, now: number | undefined): number {
  let bits = 0;
  if (before !== undefined && timeMsc < before) bits |= out_of_order;
  if (now !== undefined && timeMsc < now - CLOCK_TOLERANCE_MS) bits |= stale;
  if (now !== undefined && timeMsc > now + CLOCK_TOLERANCE_MS) bits |= ahead;
  return bits;
}
