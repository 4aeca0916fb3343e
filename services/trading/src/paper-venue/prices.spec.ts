import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { normalised } from "./prices.ts";

test("a price with a double's noise is the price that was quoted", () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 8 }), (points, digits) => {
      const price = Number((points / 10 ** digits).toFixed(digits));
      assert.equal(normalised(price * (1 + Number.EPSILON), digits), price);
      assert.equal(normalised(price, digits), price);
    }),
  ));
