import { type Bar, timeframes } from "@tradesage/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { foldSeconds, rollUp } from "./fold-bars.ts";

const price = fc.integer({ min: 100_000, max: 200_000 }).map((points) => points / 100_000);
const ticks = fc
  .array(fc.record({ wait: fc.integer({ min: 0, max: 90_000 }), bid: price, ask: price }), {
    minLength: 1,
    maxLength: 200,
  })
  .map((steps) => {
    let timeMsc = 1_399_525_200_000;
    return steps.map(({ wait, bid, ask }) => {
      timeMsc += wait;
      return { timeMsc, bid, ask };
    });
  });

/** What a bar is, said plainly: the reference that the incremental fold is held against. */
function barsByDefinition(all: readonly { timeMsc: number; bid: number; ask: number }[], length: number): Bar[] {
  const groups = Map.groupBy(all, ({ timeMsc }) => timeMsc - (timeMsc % length));
  return [...groups].map(([timeMsc, group]) => {
    const side = (name: "bid" | "ask") => group.map((tick) => tick[name]);
    const [bids, asks] = [side("bid"), side("ask")];
    return {
      timeMsc,
      bidOpen: bids.at(0) ?? 0,
      bidHigh: Math.max(...bids),
      bidLow: Math.min(...bids),
      bidClose: bids.at(-1) ?? 0,
      askOpen: asks.at(0) ?? 0,
      askHigh: Math.max(...asks),
      askLow: Math.min(...asks),
      askClose: asks.at(-1) ?? 0,
      ticks: group.length,
    };
  });
}

test("bars folded tick by tick and rolled up are what their definition says, in every timeframe", () => {
  fc.assert(
    fc.property(ticks, (all) => {
      const fold = foldSeconds();
      for (const { timeMsc, bid, ask } of all) fold.add(timeMsc, bid, ask);
      for (const timeframe of ["1s", "1m", "5m", "15m", "1h", "4h", "1d"] as const)
        expect(rollUp(fold.bars, timeframe)).toEqual(barsByDefinition(all, timeframes[timeframe]));
    }),
  );
});
