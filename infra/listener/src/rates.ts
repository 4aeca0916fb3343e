import { refuse } from "@tradesage/contracts";
import { createBucket } from "./bucket.ts";

/** How often somebody may ask: so many a second, and twice as many at once. */
export interface Rates {
  /** Refuses RATE_LIMITED. `who` is an address, or a tenant's user. */
  take(who: string): void;
}

/** Askers that are remembered; of more, those who have not asked for longest begin anew. */
const REMEMBERED = 20_000;

export function createRates(perSecond: number): Rates {
  const buckets = new Map<string, ReturnType<typeof createBucket>>();
  return {
    take(who) {
      const now = Date.now();
      const bucket = buckets.get(who) ?? createBucket(2 * perSecond, perSecond, now);
      buckets.delete(who);
      buckets.set(who, bucket);
      const [oldest] = buckets.size > REMEMBERED ? buckets.keys() : [];
      if (oldest !== undefined) buckets.delete(oldest);
      if (!bucket.take(now)) refuse("RATE_LIMITED", `At most ${perSecond} requests a second`);
    },
  };
}
