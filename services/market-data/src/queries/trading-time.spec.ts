import { expect, test } from "vitest";
import { tradingTime } from "./trading-time.ts";

const HOUR = 3_600_000;
const thursday = Date.UTC(2026, 0, 1);

test("only the parts that lie in open hours count, week after week", () => {
  const open = new Set([0, 2]);
  expect(tradingTime(thursday, thursday + 3 * HOUR, open)).toBe(2 * HOUR);
  expect(tradingTime(thursday + HOUR / 2, thursday + 2.25 * HOUR, open)).toBe(0.75 * HOUR);
  expect(tradingTime(thursday, thursday + 168 * HOUR, open)).toBe(2 * HOUR);
  expect(tradingTime(thursday + HOUR, thursday + 2 * HOUR, open)).toBe(0);
  expect(tradingTime(thursday, thursday, open)).toBe(0);
});
