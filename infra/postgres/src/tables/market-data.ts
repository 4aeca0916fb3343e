import type { RetentionKind } from "@tradesage/contracts";
import type { Generated } from "kysely";

/** Where a feed stands. `feed` is what ticks and bars name it by; times are milliseconds since the epoch, UTC. */
export interface FeedTable {
  feed: Generated<number>;
  symbol: string;
  /** Its newest tick; -1 before the first. */
  time_msc: Generated<string>;
  ordinal: Generated<number>;
  /** Its newest good prices. */
  quote_time_msc: string | null;
  bid: number | null;
  ask: number | null;
}

export interface TickTable {
  time: string;
  bid: number;
  ask: number;
  last: number;
  volume: number;
  feed: number;
  ordinal: number;
  flags: number;
  /** The broker's clock minus UTC: broker time = time + this. */
  utc_offset_seconds: number;
  quality: number;
  backfill: boolean;
}

export interface BarTable {
  time: string;
  feed: number;
  ticks: number;
  bid_open: number;
  bid_high: number;
  bid_low: number;
  bid_close: number;
  ask_open: number;
  ask_high: number;
  ask_low: number;
  ask_close: number;
}

/** What was dropped because it was old. */
export interface RetentionTable {
  kind: RetentionKind;
  /** Everything before it is gone. */
  dropped_before: string;
}

/** How good a feed's ticks of one day were. */
export interface TickQualityTable {
  feed: number;
  day: string;
  ticks: string;
  /** By each bit of TickQuality, the lowest first. */
  doubts: string[];
  repeats: string;
  lost_in_terminal: string;
  missing_batches: string;
}

/** An hour of a feed's ticks that was written to in an epoch, which a backup has ended or will. */
export interface TickChangeTable {
  epoch: string;
  feed: number;
  hour: string;
}
