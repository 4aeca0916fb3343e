import { expect, test } from "vitest";
import { money, priceParts, signed, spread, words } from "./format.ts";

test.each([
  [1.39148, 5, ["1.39", "14", "8"]],
  [101.235, 3, ["101.", "23", "5"]],
  [1893.5, 2, ["1893.", "50", ""]],
  [42, 0, ["42", "", ""]],
])("%s with %s digits is read by its pips", (value, digits, parts) => {
  const { head, pips, tenth } = priceParts(value, digits);
  expect([head, pips, tenth]).toEqual(parts);
});

test("a spread is told in the smallest digit", () => {
  expect(spread(1.39148, 1.39155, 5)).toBe("7");
});

test("profit and loss are told apart without colour", () => {
  expect(signed(1234.5, "USD")).toBe("+1,234.50 USD");
  expect(signed(-0.125, "USD")).toBe("−0.13 USD");
  expect(signed(0, "USD")).toBe("0.00 USD");
});

test("money is grouped", () => {
  expect(money("100000.00", "EUR")).toBe("100,000.00 EUR");
});

test("names of events and statuses are read as words", () => {
  expect(words("OrderPartlyFilled")).toBe("Order partly filled");
  expect(words("stop_limit")).toBe("stop limit");
});
