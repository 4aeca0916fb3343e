import { type Daily, type InstrumentSpecification, type Side, weekdays } from "@tradesage/contracts";
import { nightsOf } from "../calculation/swap.ts";
import { dailyOn } from "./daily.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOON = "12:00";

/** The end of a day. */
export interface Rollover {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The night that begins here, by the date of the day that ends: `2026-01-14`. */
  readonly night: string;
}

const later = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);

/**
 * When the night of a date begins: at the tenant's rollover or, where it has none, at midnight by the broker's clock, as
 * MetaTrader 5 charges swaps. A day is called by the date that most of it lies in: what ends at 17:00 ends that date's
 * day, what ends at 00:30 the day of the date before.
 */
function beginOf(night: string, { utcOffsetSeconds }: InstrumentSpecification, rollover: Daily | undefined): number {
  if (!rollover) return Date.parse(later(night, 1)) - utcOffsetSeconds * 1000;
  return dailyOn(rollover, rollover.at < NOON ? later(night, 1) : night);
}

/** The first rollover after a moment whose night is none of those up to `through`. */
export function rolloverAfter(
  instrument: InstrumentSpecification,
  rollover: Daily | undefined,
  moment: number,
  through = "",
): Rollover {
  // No clock is further than 14 hours from UTC: the night of the day before yesterday has begun, wherever it is.
  const yesterday = later(new Date(moment).toISOString().slice(0, 10), -1);
  for (let night = through < yesterday ? yesterday : later(through, 1); ; night = later(night, 1)) {
    const at = beginOf(night, instrument, rollover);
    if (at > moment) return { at, night };
  }
}

/** How often a night is charged: three times on the triple day, never at a weekend. */
export const timesCharged = (instrument: InstrumentSpecification, night: string): number =>
  nightsOf(instrument, weekdays[new Date(night).getUTCDay()] ?? "sunday");

const unpaid: readonly InstrumentSpecification["swapMode"][] = ["disabled", "reopen_close", "reopen_bid"];

/** Whether holding a position through a night is charged, or paid for, at all. */
export function isCharged(instrument: InstrumentSpecification, side: Side, night: string): boolean {
  const { swapMode } = instrument;
  return !unpaid.includes(swapMode) && /[1-9]/.test(rateOf(instrument, side)) && timesCharged(instrument, night) > 0;
}

/** The swap of a side, in what the instrument's swap mode says. */
export const rateOf = ({ swapLong, swapShort }: InstrumentSpecification, side: Side): string =>
  side === "buy" ? swapLong : swapShort;
