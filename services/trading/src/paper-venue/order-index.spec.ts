import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createOrderIndex } from "./order-index.ts";

const taken = (index: { takeReached(rank: number): string | undefined }, rank: number) => {
  const orders: string[] = [];
  for (let order = index.takeReached(rank); order; order = index.takeReached(rank)) orders.push(order);
  return orders;
};

describe("resting orders", () => {
  test("are reached by price, then in the order of their arrival", () => {
    const index = createOrderIndex<string>();
    index.add("late at 5", 5, 3);
    index.add("at 7", 7, 2);
    index.add("early at 5", 5, 1);
    index.add("at 4", 4, 0);
    assert.deepEqual(taken(index, 5), ["at 7", "early at 5", "late at 5"]);
    assert.deepEqual(taken(index, 0), ["at 4"]);
  });

  test("that were removed are not reached", () => {
    const index = createOrderIndex<string>();
    index.add("a", 5, 1);
    index.add("b", 5, 2);
    index.remove("a", 5, 1);
    index.remove("b", 6, 2);
    assert.deepEqual(taken(index, 5), ["b"]);
  });

  test("are those that a look at every order would find", () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ rank: fc.integer({ min: 0, max: 20 }), gone: fc.boolean() })),
        fc.nat(20),
        (orders, reached) => {
          const index = createOrderIndex<string>();
          for (const [arrival, { rank }] of orders.entries()) index.add(`o${arrival}`, rank, arrival);
          for (const [arrival, { rank, gone }] of orders.entries())
            if (gone) index.remove(`o${arrival}`, rank, arrival);
          const expected = orders
            .map(({ rank, gone }, arrival) => ({ rank, gone, arrival }))
            .filter(({ rank, gone }) => !gone && rank >= reached)
            .sort((a, b) => b.rank - a.rank || a.arrival - b.arrival)
            .map(({ arrival }) => `o${arrival}`);
          assert.deepEqual(taken(index, reached), expected);
        },
      ),
    ));
});
