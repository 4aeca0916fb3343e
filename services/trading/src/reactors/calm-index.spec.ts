import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { type CalmQuotes, isWithin, neverCalm } from "../risk/room.ts";
import { createCalmIndex } from "./calm-index.ts";

const price = fc.integer({ min: 1, max: 20 });
const bound = fc.oneof(price, fc.constant(Number.NEGATIVE_INFINITY));
const calm = fc.record({ bidAbove: bound, bidBelow: price, askAbove: bound, askBelow: price }).map(
  ({ bidAbove, bidBelow, askAbove, askBelow }): CalmQuotes => ({
    bid: { above: bidAbove, below: bidBelow },
    ask: { above: askAbove, below: askBelow },
  }),
);
const item = fc.integer({ min: 0, max: 5 });
const step = fc.oneof(
  fc.record({ put: item, calm: fc.oneof(calm, fc.constant(neverCalm)) }),
  fc.record({ remove: item }),
  fc.record({ bid: price, ask: price }),
);

test("a tick takes out exactly those whose range it leaves, whatever was put in and removed before", () =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const index = createCalmIndex<number>();
      const plain = new Map<number, CalmQuotes>();
      for (const one of steps) {
        if ("put" in one) {
          index.put(one.put, one.calm);
          plain.set(one.put, one.calm);
        } else if ("remove" in one) {
          index.remove(one.remove);
          plain.delete(one.remove);
        } else {
          const left = [...plain].filter(([, range]) => !isWithin(range, one)).map(([name]) => name);
          assert.deepEqual(index.takeLeft(one.bid, one.ask).sort(), left.sort());
          for (const name of left) plain.delete(name);
        }
        assert.equal(index.isEmpty(), plain.size === 0);
      }
    }),
  ));
