import { doubtsOf } from "@tradesage/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPriceJudge, judgeTime } from "./judge.ts";

/** The doubts about ticks of these bids and asks, one after the other. */
function doubts(...quotes: (readonly [bid: number, ask: number])[]): string[][] {
  const { judge } = createPriceJudge();
  return quotes.map(([bid, ask]) => doubtsOf(judge(bid, ask, 0, 0)));
}

describe("a price", () => {
  test("with a bid below or at its ask is good", () => {
    expect(doubts([1.1, 1.11], [1.1, 1.1])).toEqual([[], []]);
  });
  test("with a bid above its ask is crossed", () => {
    expect(doubts([1.2, 1.1])).toEqual([["crossed"]]);
  });
  test("of zero is no price, on either side", () => {
    expect(doubts([0, 1.1], [1.1, 0])).toEqual([["zero_price"], ["zero_price"]]);
  });
  test("below zero can be: oil was sold at -37 dollars", () => {
    expect(doubts([-37.64, -37.6])).toEqual([[]]);
  });
  test("that is no number is marked, and so is a volume", () => {
    const { judge } = createPriceJudge();
    const { NaN: none, POSITIVE_INFINITY: endless } = Number;
    const bits = [judge(none, 1, 0, 0), judge(1, endless, 0, 0), judge(1, 1, none, 0), judge(1, 1, 0, none)];
    expect(bits.map(doubtsOf)).toEqual([["not_a_number"], ["not_a_number"], ["not_a_number"], ["not_a_number"]]);
  });
  test("far from the one before is a spike, and the way back is not", () => {
    expect(doubts([1.1, 1.1], [1.3, 1.3], [1.1, 1.1])).toEqual([[], ["spike"], []]);
  });
  test("far from the one before that the next one bears out is a gap of the market", () => {
    expect(doubts([1.1, 1.1], [1.3, 1.3], [1.31, 1.31], [1.3, 1.3])).toEqual([[], ["spike"], [], []]);
  });
  test("is not measured against a bad one", () => {
    expect(doubts([1.1, 1.1], [9, 8], [1.1, 1.1])).toEqual([[], ["crossed"], []]);
  });
  test("that moves little by little is never a spike", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true })), (moves) => {
        let mid = 1;
        const quotes = moves.map((move) => {
          mid *= 1 + move;
          return [mid, mid] as const;
        });
        expect(doubts(...quotes).flat()).toEqual([]);
      }),
    );
  });
});

describe("the time of a tick", () => {
  const doubtsOfTime = (...times: Parameters<typeof judgeTime>) => doubtsOf(judgeTime(...times));
  test("may be that of the one before", () => expect(doubtsOfTime(1000, 1000, Number.NaN)).toEqual([]));
  test("before that of the one before is out of order", () =>
    expect(doubtsOfTime(999, 1000, Number.NaN)).toEqual(["out_of_order"]));
  test("long past is stale where ticks are of now", () =>
    expect(doubtsOfTime(0, Number.NaN, 60_001)).toEqual(["stale"]));
  test("far in the future is ahead where ticks are of now", () =>
    expect(doubtsOfTime(60_001, Number.NaN, 0)).toEqual(["ahead"]));
  test("within a minute of now is good", () => expect(doubtsOfTime(60_000, Number.NaN, 0)).toEqual([]));
});
