import { z } from "zod";
import { InstrumentSymbol, TenantId } from "../ids.ts";
import { page, paging, query } from "../messages.ts";
import { TickCursor } from "../terminal/tick-cursor.ts";
import { Bar, Timeframe } from "./bars.ts";
import { RetentionView } from "./retention.ts";
import { TickQualityDay } from "./tick-quality-days.ts";

/** The newest prices of an instrument, as doubles, as the terminal sent them. */
export const Quote = z
  .object({
    symbol: InstrumentSymbol,
    bid: z.number(),
    ask: z.number(),
    /** Of the tick: milliseconds since the epoch, UTC. */
    timeMsc: z.int(),
  })
  .meta({ id: "Quote" });
export type Quote = z.output<typeof Quote>;

/** One tick as it is kept. `flags` are MqlTick's (TICK_FLAG_BID 2, ASK 4, LAST 8, VOLUME 16, BUY 32, SELL 64). */
export const TickView = z
  .object({
    timeMsc: z.int(),
    /** Its place among the ticks of the same millisecond: 0, 1, … */
    ordinal: z.int(),
    bid: z.number(),
    ask: z.number(),
    last: z.number(),
    volume: z.number(),
    flags: z.int(),
    /** Why the tick is doubted, as bits; 0 is a good one. */
    quality: z.int(),
  })
  .meta({ id: "Tick" });
export type TickView = z.output<typeof TickView>;

const range = {
  symbol: InstrumentSymbol,
  /** Milliseconds since the epoch, UTC; `from` is in, `to` is out. */
  from: z.int().min(0).default(0),
  to: z.int().min(0).default(Number.MAX_SAFE_INTEGER),
  /** A page must fit into one message of the bus (1 MiB). */
  ...paging(4000, 1000),
};

/** Milliseconds since the epoch, UTC: the quote that stood then instead of the newest. */
const at = z.int().min(0).max(253_402_300_799_999).optional();

const DAY_MS = 86_400_000;
export const MAX_GAP_RANGE_DAYS = 31;

/** A time without ticks, between two of them. */
export const Gap = z
  .object({
    /** The last tick before it and the first behind it: milliseconds since the epoch, UTC. */
    fromMsc: z.int(),
    toMsc: z.int(),
    /** How much of it lies in hours of the week in which the instrument has ever had ticks. */
    tradingMs: z.int(),
  })
  .meta({ id: "Gap" });
export type Gap = z.output<typeof Gap>;

export const marketDataQueries = {
  quotes: query("quotes", z.object({ at }), z.object({ items: z.array(Quote) })),
  quote: query("quote", z.object({ symbol: InstrumentSymbol, at }), Quote),
  bars: query("bars", z.object({ ...range, timeframe: Timeframe.default("1m") }), page(Bar)),
  /** The newest bar of every instrument: what a socket's subscription to bars begins with. */
  latestBars: query(
    "latestBars",
    z.object({ timeframe: Timeframe }),
    z.object({ items: z.array(Bar.extend({ symbol: InstrumentSymbol })) }),
  ),
  gaps: query(
    "gaps",
    z.object({
      symbol: InstrumentSymbol,
      /** Milliseconds since the epoch, UTC, at most 31 days apart; `from` is in, `to` is out. */
      from: z.int().min(0).max(253_402_300_799_999),
      to: z.int().min(0).max(253_402_300_799_999),
      limit: range.limit,
      cursor: range.cursor,
      /** Only gaps with more trading time than this, in milliseconds. */
      longerThan: z
        .int()
        .min(1000)
        .max(31 * DAY_MS)
        .default(60_000),
    }),
    page(Gap),
  ),
  retention: query("retention", z.object({ tenantId: TenantId }), RetentionView),
  /** Asked by the bridge where the stream of ticks holds none of the feed any more: its last tick in the table. */
  feedEnd: query("feedEnd", z.object({ symbol: InstrumentSymbol }), z.object({ end: TickCursor.nullable() })),
  tickQuality: query(
    "tickQuality",
    z.object({
      symbol: InstrumentSymbol.optional(),
      /** Days, UTC; `from` is in, `to` is out. */
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      limit: range.limit,
      cursor: range.cursor,
    }),
    page(TickQualityDay),
  ),
  ticks: query("ticks", z.object(range), page(TickView)),
} as const;
