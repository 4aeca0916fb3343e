import type { Daily } from "@tradesage/contracts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const clocks = new Map<string, Intl.DateTimeFormat>();
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
  const clock = new Intl.DateTimeFormat("en-US", { ...parts, timeZone: zone, hourCycle: "h23", calendar: "iso8601" });
  clocks.set(zone, clock);
  return clock;
}

/** What a clock in the zone shows at a time, to the minute, read as if it were UTC. */
function wallClock(at: number, zone: string): number {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
}

/**
 * The first time after `after` at which clocks in the zone show the time of day: milliseconds since the epoch. Where
 * clocks skip it, the moment at which they do; where they show it twice, the first of the two.
 */
export function nextDaily({ at, zone }: Daily, after: number): number {
  const [hours = 0, minutes = 0] = at.split(":").map(Number);
  const today = Math.floor(wallClock(after, zone) / DAY_MS) * DAY_MS;
  for (let day = today; ; day += DAY_MS) {
    const time = firstShowing(day + (hours * 60 + minutes) * MINUTE_MS, zone);
    if (time > after) return time;
  }
}

/** When clocks in the zone show the time of day on a date (`2026-01-14`), as `nextDaily` has it. */
export const dailyOn = ({ at, zone }: Daily, date: string): number => firstShowing(Date.parse(`${date}T${at}Z`), zone);

/** The first moment at which clocks in the zone show this time or, where they skip it, a later one. */
function firstShowing(shown: number, zone: string): number {
  // No zone is further than 14 hours from UTC; what clocks show only ever grows but where they are set back.
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((time) => wallClock(time, zone) - time);
  const times = offsets.map((offset) => shown - offset).sort((a, b) => a - b);
  const exact = times.find((time) => wallClock(time, zone) === shown);
  if (exact !== undefined) return exact;
  let [before = shown, behind = shown] = times;
  while (behind - before > MINUTE_MS) {
    const middle = Math.floor((before + behind) / 2 / MINUTE_MS) * MINUTE_MS;
    if (wallClock(middle, zone) >= shown) behind = middle;
    else before = middle;
  }
  return behind;
}
