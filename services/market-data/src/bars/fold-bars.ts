import { type Bar, type Timeframe, timeframes } from "@tradesage/contracts";

/** A bar that is still being folded. */
export type GrowingBar = { -readonly [Field in keyof Bar]: Bar[Field] };

/** Folds ticks of one feed, given in order, into bars of one second. */
export interface BarFold {
  add(timeMsc: number, bid: number, ask: number): void;
  /** Oldest first. */
  readonly bars: readonly GrowingBar[];
}

const SECOND = timeframes["1s"];

export function foldSeconds(): BarFold {
  const bars: GrowingBar[] = [];
  let current: GrowingBar | undefined;
  return {
    bars,
    add(timeMsc, bid, ask) {
      const start = timeMsc - (timeMsc % SECOND);
      if (current?.timeMsc === start) {
        if (bid > current.bidHigh) current.bidHigh = bid;
        if (bid < current.bidLow) current.bidLow = bid;
        if (ask > current.askHigh) current.askHigh = ask;
        if (ask < current.askLow) current.askLow = ask;
        current.bidClose = bid;
        current.askClose = ask;
        current.ticks++;
        return;
      }
      current = {
        timeMsc: start,
        bidOpen: bid,
        bidHigh: bid,
        bidLow: bid,
        bidClose: bid,
        askOpen: ask,
        askHigh: ask,
        askLow: ask,
        askClose: ask,
        ticks: 1,
      };
      bars.push(current);
    },
  };
}

/** Bars of a longer timeframe out of shorter ones, given in order. */
export function rollUp(bars: readonly Bar[], timeframe: Timeframe): GrowingBar[] {
  const length = timeframes[timeframe];
  const longer: GrowingBar[] = [];
  let current: GrowingBar | undefined;
  for (const bar of bars) {
    const start = bar.timeMsc - (bar.timeMsc % length);
    if (current?.timeMsc !== start) {
      current = { ...bar, timeMsc: start };
      longer.push(current);
    } else absorb(current, bar);
  }
  return longer;
}

/** Adds to a bar what came after it in the same time. */
function absorb(bar: GrowingBar, later: Bar): void {
  bar.bidHigh = Math.max(bar.bidHigh, later.bidHigh);
  bar.bidLow = Math.min(bar.bidLow, later.bidLow);
  bar.bidClose = later.bidClose;
  bar.askHigh = Math.max(bar.askHigh, later.askHigh);
  bar.askLow = Math.min(bar.askLow, later.askLow);
  bar.askClose = later.askClose;
  bar.ticks += later.ticks;
}
