import fc from "fast-check";
import { expect, test } from "vitest";
import { decimal, text, zero } from "./decimal.ts";
import { toStep, toTick } from "./rounding.ts";

const decimals = fc
  .bigInt({ min: 0n, max: 10n ** 15n })
  .map((units) => decimal(String(units)).div(decimal("10000000")));
const steps = fc.constantFrom("0.01", "0.1", "1", "0.25", "0.00001", "5").map(decimal);

test("a price goes to the nearest tick", () => {
  expect(text(toTick(decimal("4210.37"), decimal("0.25")))).toBe("4210.25");
  expect(text(toTick(decimal("4210.375"), decimal("0.25")))).toBe("4210.5");
});
test("a volume goes down to its step, and never up", () => {
  expect(text(toStep(decimal("0.019999"), decimal("0.01")))).toBe("0.01");
  expect(text(toStep(decimal("0.0099"), decimal("0.01")))).toBe("0");
});
test("whatever the price, its tick is half a tick away at most", () =>
  fc.assert(
    fc.property(decimals, steps, (price, tick) => {
      const rounded = toTick(price, tick);
      expect(rounded.mod(tick).eq(zero)).toBe(true);
      expect(rounded.minus(price).abs().times(decimal("2")).lte(tick)).toBe(true);
    }),
  ));
test("whatever the volume, what is traded is never more, and less by under a step", () =>
  fc.assert(
    fc.property(decimals, steps, (volume, step) => {
      const traded = toStep(volume, step);
      expect(traded.mod(step).eq(zero)).toBe(true);
      expect(traded.lte(volume)).toBe(true);
      expect(volume.minus(traded).lt(step)).toBe(true);
    }),
  ));
