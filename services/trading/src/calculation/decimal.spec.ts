import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { decimal, moneyText, quoted, text } from "./decimal.ts";

describe("decimals", () => {
  test("a sum of cents is exact", () =>
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n })), (cents) => {
        const total = cents.reduce((sum, cent) => sum.plus(decimal(String(cent)).div(decimal("100"))), decimal("0"));
        assert.equal(text(total.times(decimal("100"))), String(cents.reduce((sum, cent) => sum + cent, 0n)));
      }),
    ));
  test("what is written can be read, and is the same", () =>
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }), (units) => {
        const value = decimal(String(units)).div(decimal("10000000000"));
        assert.ok(decimal(text(value)).eq(value));
        assert.ok(!/e/i.test(text(value)));
      }),
    ));
  test("half a cent rounds away from zero", () => {
    assert.equal(moneyText(decimal("1.005"), "USD"), "1.01");
    assert.equal(moneyText(decimal("-1.005"), "USD"), "-1.01");
  });
  test("nothing is never written with a sign", () => {
    assert.equal(moneyText(decimal("-0.001"), "USD"), "0.00");
    assert.equal(text(decimal("-0")), "0");
  });
  test("a tick's double is the price that the broker meant", () => {
    assert.equal(text(quoted(1.1 + 0.2, 5)), "1.3");
    assert.equal(text(quoted(101.62499999999999, 3)), "101.625");
  });
});
