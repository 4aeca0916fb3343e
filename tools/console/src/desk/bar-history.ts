import type { Api } from "@tradesage/client";
import { type Bar, type Timeframe, timeframes } from "@tradesage/contracts";

/** Bars to look at first, and to add when one scrolls back. */
const STRETCH = 600;
/** How many times a stretch is doubled to find bars behind a weekend or a silent market. */
const DOUBLINGS = 14;

/** Up to about 600 bars that begin before `end` (milliseconds, UTC), oldest first; none where there are none. */
export async function barsBefore(api: Api, symbol: string, timeframe: Timeframe, end: number): Promise<readonly Bar[]> {
  let found: Bar[] = [];
  let to = end;
  for (let doubling = 0; doubling < DOUBLINGS && found.length < STRETCH / 2 && to > 0; doubling++) {
    const from = Math.max(0, to - STRETCH * 2 ** doubling * timeframes[timeframe]);
    const older = await Array.fromAsync(api.pages("listBars", { symbol, timeframe, from, to, limit: 4000 }));
    found = [...older, ...found];
    to = from;
  }
  return found;
}

/** The newest bars of a symbol; the newest quote tells where its time stands, which may be long past. */
export async function newestBars(api: Api, symbol: string, timeframe: Timeframe): Promise<readonly Bar[]> {
  const { timeMsc } = await api.call("getQuote", { symbol });
  return barsBefore(api, symbol, timeframe, timeMsc + timeframes[timeframe]);
}
