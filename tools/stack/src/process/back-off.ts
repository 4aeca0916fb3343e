const firstMs = 200;
const longestMs = 10_000;

/** How long a process that was healthy for this long forgets its earlier deaths. */
export const healthyMs = 30_000;

/** How long to wait before the next start, after so many deaths in a row (1 = the first). */
export function backOffMs(deaths: number): number {
  return Math.min(longestMs, firstMs * 2 ** (deaths - 1));
}
