import { type Bar, type Timeframe, timeframes } from "@tradesage/contracts";
import type { TerminalTick } from "@tradesage/simulator";

/** The bars that ticks with prices, in order, must give: the definition of a bar, written a second time to compare with. */
export function foldTicks(ticks: readonly TerminalTick[], timeframe: Timeframe): Bar[] {
  const length = timeframes[timeframe];
  const groups = Map.groupBy(ticks, ({ timeMsc }) => Math.floor(timeMsc / length) * length);
  return [...groups].map(([timeMsc, inside]) => {
    const [bids, asks] = [inside.map(({ bid }) => bid), inside.map(({ ask }) => ask)];
    const [bid, ask] = [sideOf(bids), sideOf(asks)];
    return {
      timeMsc,
      ...{ bidOpen: bid.open, bidHigh: bid.high, bidLow: bid.low, bidClose: bid.close },
      ...{ askOpen: ask.open, askHigh: ask.high, askLow: ask.low, askClose: ask.close },
      ticks: inside.length,
    };
  });
}

function sideOf(prices: readonly number[]) {
  const high = prices.reduce((one, other) => Math.max(one, other));
  const low = prices.reduce((one, other) => Math.min(one, other));
  return { open: Number(prices[0]), high, low, close: Number(prices.at(-1)) };
}
