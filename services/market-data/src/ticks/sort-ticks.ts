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
import { type CopyRows, copyRows, utcMsc } from "./copy-rows.ts";

/** Where a feed stands, as `feeds` keeps it. */
export interface FeedState {
  readonly feed: number;
  readonly symbol: InstrumentSymbol;
  timeMsc: number;
  ordinal: number;
  quote: Quote | undefined;
}

/** A tenant's ticks, ready to be written. */
export interface SortedTicks {
  /** Those behind all that their feed had: new for certain. */
  readonly inOrder: CopyRows;
  /** Those at or before where their feed stood: repeats, late ones or backfill. The table's identity decides. */
  readonly late: CopyRows;
  /** Bars of one second out of the ticks in order that have prices, by feed. */
  readonly seconds: ReadonlyMap<number, BarFold>;
  /** The seconds that late ticks fall into, by feed: their bars are made again from the table. */
  readonly lateSeconds: ReadonlyMap<number, ReadonlySet<number>>;
  /** The feeds that were touched, as they stand afterwards. */
  readonly feeds: readonly FeedState[];
}

export interface SymbolBatch {
  readonly symbol: InstrumentSymbol;
  readonly batch: TickBatchView;
}

/** Splits a tenant's batches, given in the stream's order, by what each tick needs. Does not change `known`. */
export function sortTicks(
  batches: readonly SymbolBatch[],
  known: (symbol: InstrumentSymbol) => Readonly<FeedState>,
): SortedTicks {
  const expected = batches.reduce((sum, { batch }) => sum + batch.count, 0);
  const inOrder = copyRows(expected);
  const late = copyRows(0);
  const seconds = new Map<number, BarFold>();
  const lateSeconds = new Map<number, Set<number>>();
  const feeds = new Map<InstrumentSymbol, FeedState>();

  for (const { symbol, batch } of batches) {
    const state = feeds.get(symbol) ?? { ...known(symbol) };
    feeds.set(symbol, state);
    const fold = seconds.get(state.feed) ?? foldSeconds();
    seconds.set(state.feed, fold);
    const { data } = batch;
    for (let index = 0; index < batch.count; index++) {
      const from = tickOffset(index);
      const timeMsc = utcMsc(batch, index);
      const ordinal = data.getUint16(from + tickFields.ordinal, true);
      const quality = data.getUint16(from + tickFields.quality, true);
      const priced = (quality & NO_PRICE) === 0;
      if (timeMsc < state.timeMsc || (timeMsc === state.timeMsc && ordinal <= state.ordinal)) {
        late.add(state.feed, timeMsc, batch, index);
        if (priced) secondsOf(lateSeconds, state.feed).add(timeMsc - (timeMsc % 1000));
        continue;
      }
      inOrder.add(state.feed, timeMsc, batch, index);
      state.timeMsc = timeMsc;
      state.ordinal = ordinal;
      if (!priced) continue;
      const bid = data.getFloat64(from + tickFields.bid, true);
      const ask = data.getFloat64(from + tickFields.ask, true);
      fold.add(timeMsc, bid, ask);
      if ((quality & UNUSABLE_PRICE) === 0) state.quote = { symbol, bid, ask, timeMsc };
    }
  }
  return { inOrder, late, seconds, lateSeconds, feeds: [...feeds.values()] };
}

function secondsOf(lateSeconds: Map<number, Set<number>>, feed: number): Set<number> {
  const known = lateSeconds.get(feed) ?? new Set();
  lateSeconds.set(feed, known);
  return known;
}
