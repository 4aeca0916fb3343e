/** What a load of equal operations gave. Times in milliseconds. */
export interface Measured {
  readonly count: number;
  /** Those of the warm-up among them. */
  readonly begun: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Runs `operation` from `clients` loops at once for `seconds`, after a warm-up of a fifth of it that does not count.
 * An operation that throws ends the measurement.
 */
export async function measure(
  options: { clients: number; seconds: number },
  operation: (client: number) => Promise<unknown>,
): Promise<Measured> {
  const begin = performance.now() + options.seconds * 200;
  const end = begin + options.seconds * 1000;
  const times: number[] = [];
  let begun = 0;
  const loop = async (client: number) => {
    for (;;) {
      const started = performance.now();
      if (started >= end) return;
      begun++;
      await operation(client);
      const finished = performance.now();
      if (started >= begin && finished < end) times.push(finished - started);
    }
  };
  await Promise.all(Array.from({ length: options.clients }, (_, client) => loop(client)));
  times.sort((a, b) => a - b);
  return {
    count: times.length,
    begun,
    perSecond: times.length / options.seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
