const HOUR_MS = 3_600_000;
const HOURS_A_WEEK = 168;

/** Milliseconds between two moments that lie in hours of the week in `open`, counted from Thursday 00:00 UTC (1970-01-01). */
export function tradingTime(fromMsc: number, toMsc: number, open: ReadonlySet<number>): number {
  let trading = 0;
  for (let at = fromMsc; at < toMsc; ) {
    const hour = Math.floor(at / HOUR_MS);
    const end = Math.min(toMsc, (hour + 1) * HOUR_MS);
    if (open.has(hour % HOURS_A_WEEK)) trading += end - at;
    at = end;
  }
  return trading;
}
