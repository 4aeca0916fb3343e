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
  /** Mid prices; NaN where there is none, which is far from nothing. Fields, since V8 writes doubles in them in place. */
  const mids = { good: Number.NaN, suspect: Number.NaN };

  function spikeBit(mid: number): number {
    const isBorneOut = Math.abs(mid - mids.suspect) <= SPIKE_RATIO * Math.abs(mids.suspect);
    if (isFar(mid, mids.good) && !isBorneOut) {
      mids.suspect = mid;
      return spike;
    }
    mids.good = mid;
    mids.suspect = Number.NaN;
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

/**
 * What is doubtful about a tick's time, in UTC milliseconds; `before` is the tick's before it, `now` the clock's where the
 * tick claims to be of now: NaN where there is none.
 */
export function judgeTime(timeMsc: number, before: number, now: number): number {
  let bits = 0;
  if (timeMsc < before) bits |= out_of_order;
  if (timeMsc < now - CLOCK_TOLERANCE_MS) bits |= stale;
  if (timeMsc > now + CLOCK_TOLERANCE_MS) bits |= ahead;
  return bits;
}
