import {
  type InstrumentSymbol,
  type Quote,
  type TickBatchView,
  tickFields,
  tickOffset,
  UNUSABLE_PRICE,
} from "@tradesage/contracts";
import { type BarFold, foldSeconds } from "../bars/fold-bars.ts";
import { NO_PRICE } from "../bars/no-price.ts";
import { copyRows, utcMsc } from "./copy-rows.ts";

/** Where a feed stands, as `feeds` keeps it. */
export interface FeedState {
  readonly feed: number;
  readonly symbol: InstrumentSymbol;
  timeMsc: number;
  ordinal: number;
  quote: Quote | undefined;
}

/** New bars of a feed, of one second. */
export interface NewSeconds {
  /** Where the feed stood before them; -1 where it had nothing. */
  readonly behind: number;
  readonly fold: BarFold;
}

export interface SymbolBatch {
  readonly symbol: InstrumentSymbol;
  readonly batch: TickBatchView;
}

/** A tick batch out of the stream. */
export interface NumberedBatch extends SymbolBatch {
  readonly sequence: number;
  /** Ticks that the bridge dropped before it, since they had come before. */
  readonly repeats: number;
  /** Batches before it that never arrived. */
  readonly missing: number;
}

/** Sorts a tenant's batches, given in the stream's order, by what each tick needs. */
export interface TickSorter {
  /**
   * Takes the next batch; returns the rows of those ticks that are behind all that their feed had: new for certain.
   * Those at or before where their feed stands go to `late`: repeats, late ones, backfill. The table's identity decides.
   */
  take(batch: SymbolBatch): Buffer;
  /** How many were in order. */
  readonly inOrder: number;
  readonly lateTicks: number;
  /** Rows of the late ticks. */
  readonly late: readonly Buffer[];
  /** Bars of one second out of the ticks in order that have prices, by feed. */
  readonly seconds: ReadonlyMap<number, NewSeconds>;
  /** The seconds that late ticks fall into, by feed: their bars are made again from the table. */
  readonly lateSeconds: ReadonlyMap<number, ReadonlySet<number>>;
  /** The feeds that were touched, as they stand now. */
  feeds(): readonly FeedState[];
}

/** Does not change `known`. */
export function tickSorter(known: (symbol: InstrumentSymbol) => Readonly<FeedState>): TickSorter {
  const late: Buffer[] = [];
  const seconds = new Map<number, NewSeconds>();
  const lateSeconds = new Map<number, Set<number>>();
  const feeds = new Map<InstrumentSymbol, FeedState>();
  let inOrder = 0;
  let lateTicks = 0;

  function stateOf(symbol: InstrumentSymbol): FeedState {
    const state = feeds.get(symbol);
    if (state !== undefined) return state;
    const fresh = { ...known(symbol) };
    feeds.set(symbol, fresh);
    seconds.set(fresh.feed, { behind: fresh.timeMsc, fold: foldSeconds() });
    return fresh;
  }

  return {
    late,
    seconds,
    lateSeconds,
    get inOrder() {
      return inOrder;
    },
    get lateTicks() {
      return lateTicks;
    },
    feeds: () => [...feeds.values()],
    take({ symbol, batch }) {
      const state = stateOf(symbol);
      const { fold } = seconds.get(state.feed) as NewSeconds;
      const { data, count } = batch;
      const ordered = copyRows(batch, count);
      const behind: number[] = [];
      for (let index = 0; index < count; index++) {
        const from = tickOffset(index);
        const timeMsc = utcMsc(batch, index);
        const ordinal = data.getUint16(from + tickFields.ordinal, true);
        const quality = data.getUint16(from + tickFields.quality, true);
        const priced = (quality & NO_PRICE) === 0;
        if (timeMsc < state.timeMsc || (timeMsc === state.timeMsc && ordinal <= state.ordinal)) {
          behind.push(index);
          if (priced) secondsOf(lateSeconds, state.feed).add(timeMsc - (timeMsc % 1000));
          continue;
        }
        ordered.add(state.feed, timeMsc, index);
        state.timeMsc = timeMsc;
        state.ordinal = ordinal;
        if (!priced) continue;
        const bid = data.getFloat64(from + tickFields.bid, true);
        const ask = data.getFloat64(from + tickFields.ask, true);
        fold.add(timeMsc, bid, ask);
        if ((quality & UNUSABLE_PRICE) === 0) state.quote = { symbol, bid, ask, timeMsc };
      }
      if (behind.length > 0) late.push(rowsOf(batch, state.feed, behind));
      lateTicks += behind.length;
      inOrder += ordered.count;
      return ordered.finish();
    },
  };
}

function rowsOf(batch: TickBatchView, feed: number, indexes: readonly number[]): Buffer {
  const rows = copyRows(batch, indexes.length);
  for (const index of indexes) rows.add(feed, utcMsc(batch, index), index);
  return rows.finish();
}

function secondsOf(lateSeconds: Map<number, Set<number>>, feed: number): Set<number> {
  const known = lateSeconds.get(feed) ?? new Set();
  lateSeconds.set(feed, known);
  return known;
}
