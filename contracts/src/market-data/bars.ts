import { z } from "zod";

/** Lengths of bars in milliseconds; a bar begins at a whole multiple of its length since 1970-01-01T00:00:00Z. */
export const timeframes = {
  "1s": 1_000,
  "1m": 60_000,
  "5m": 300_000,
  "15m": 900_000,
  "1h": 3_600_000,
  "4h": 14_400_000,
  "1d": 86_400_000,
} as const;

export const Timeframe = z.enum(["1s", "1m", "5m", "15m", "1h", "4h", "1d"]).meta({ id: "Timeframe" });
export type Timeframe = z.output<typeof Timeframe>;

/** Open, high, low and close of the bid and of the ask, never spliced into each other. */
export const Bar = z
  .object({
    /** Start of the bar: milliseconds since the epoch, UTC. */
    timeMsc: z.int(),
    bidOpen: z.number(),
    bidHigh: z.number(),
    bidLow: z.number(),
    bidClose: z.number(),
    askOpen: z.number(),
    askHigh: z.number(),
    askLow: z.number(),
    askClose: z.number(),
    /** Ticks in it. */
    ticks: z.int(),
  })
  .meta({ id: "Bar" });
export type Bar = z.output<typeof Bar>;

/** The prices of a bar, in the order in which tables and binary forms have them. */
export const barPriceFields = [
  "bidOpen",
  "bidHigh",
  "bidLow",
  "bidClose",
  "askOpen",
  "askHigh",
  "askLow",
  "askClose",
] as const satisfies readonly (keyof Bar)[];
