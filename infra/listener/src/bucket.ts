/** A bucket of `burst` tokens that refills at `perSecond`; each message takes one. Times are in milliseconds. */
export function createBucket(burst: number, perSecond: number, now: number): { take(now: number): boolean } {
  let tokens = burst;
  let filledAt = now;
  return {
    take(time) {
      tokens = Math.min(burst, tokens + ((time - filledAt) / 1000) * perSecond);
      filledAt = time;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
