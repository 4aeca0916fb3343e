import { type InstrumentSpecification, type Side, weekdays } from "@tradesage/contracts";
import { nightsOf } from "../calculation/swap.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The end of a day by an instrument's clock. */
export interface Rollover {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The night that begins here, by the date of the day that ends: `2026-01-14`. */
  readonly night: string;
}

/** The first rollover after a moment: midnight by the broker's clock, as MetaTrader 5 charges swaps. */
export function rolloverAfter({ utcOffsetSeconds }: InstrumentSpecification, moment: number): Rollover {
  const offset = utcOffsetSeconds * 1000;
  const midnight = (Math.floor((moment + offset) / DAY_MS) + 1) * DAY_MS;
  return { at: midnight - offset, night: new Date(midnight - 1).toISOString().slice(0, 10) };
}

/** How often a night is charged: three times on the triple day, never at a weekend. */
export const timesCharged = (instrument: InstrumentSpecification, night: string): number =>
  nightsOf(instrument, weekdays[new Date(night).getUTCDay()] ?? "sunday");

const unpaid: readonly InstrumentSpecification["swapMode"][] = ["disabled", "reopen_close", "reopen_bid"];

/** Whether holding a position through a night is charged, or paid for, at all. */
export function isCharged(instrument: InstrumentSpecification, side: Side, night: string): boolean {
  const { swapMode, swapLong, swapShort } = instrument;
  const rate = side === "buy" ? swapLong : swapShort;
  return !unpaid.includes(swapMode) && /[1-9]/.test(rate) && timesCharged(instrument, night) > 0;
}
