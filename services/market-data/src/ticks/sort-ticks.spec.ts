import { TickQuality } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { batch, tick } from "./batch.fixture.ts";
import { type FeedState, tickSorter } from "./sort-ticks.ts";

const start = 1_399_525_200_000;
const at = (ms: number, over = {}) => tick({ timeMsc: start + ms, ...over });
const feed = (over: Partial<FeedState> = {}): FeedState => ({
  feed: 7,
  symbol: "EURUSD",
  timeMsc: -1,
  ordinal: -1,
  quote: undefined,
  ...over,
});
const sort = (batches: ReturnType<typeof batch>[], known = feed()) => {
  const sorter = tickSorter(() => known);
  for (const one of batches) sorter.take({ symbol: "EURUSD", batch: one });
  return sorter;
};

test("ticks behind all that their feed had are new, also within one millisecond", () => {
  const sorted = sort([batch([at(0), at(0, { ordinal: 1 }), at(5)]), batch([at(5, { ordinal: 1 })])]);
  expect([sorted.inOrder, sorted.lateTicks]).toEqual([4, 0]);
  expect(sorted.feeds()).toMatchObject([{ timeMsc: start + 5, ordinal: 1 }]);
});

test("ticks at or before where their feed stands are for the table to tell: repeats, late ones, backfill", () => {
  const sorted = sort([batch([at(0), at(2_500)]), batch([at(0), at(1_700)])], feed({ timeMsc: start, ordinal: 0 }));
  expect([sorted.inOrder, sorted.lateTicks]).toEqual([1, 3]);
  expect(sorted.lateSeconds.get(7)).toEqual(new Set([start, start + 1_000]));
});

test("what is known of a feed is not changed before it is written", () => {
  const known = feed();
  sort([batch([at(0)])], known);
  expect(known).toEqual(feed());
});

test("the broker's clock is taken back to UTC", () => {
  const sorted = sort([batch([at(7_200_000)], { utcOffsetSeconds: 7200 })]);
  expect(sorted.feeds()[0]?.timeMsc).toBe(start);
});

test("a crossed tick is in the bars, each side for itself, but is no quote; one without prices is in neither", () => {
  const crossed = at(1, { bid: 1.3915, ask: 1.3914, quality: TickQuality.crossed });
  const priceless = at(2, { bid: Number.NaN, quality: TickQuality.not_a_number });
  const sorted = sort([batch([at(0), crossed, priceless])]);
  expect(sorted.inOrder).toBe(3);
  expect(sorted.seconds.get(7)?.fold.bars).toMatchObject([{ ticks: 2, bidHigh: 1.3915, askLow: 1.3914 }]);
  expect(sorted.feeds()[0]?.quote).toMatchObject({ bid: 1.39147, timeMsc: start });
});
