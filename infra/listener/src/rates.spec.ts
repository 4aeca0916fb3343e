import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRates } from "./rates.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test("who asks too often is refused until some time has passed, and nobody else is", () => {
  const rates = createRates(2);
  for (let n = 0; n < 4; n++) rates.take("ann");
  expect(() => rates.take("ann")).toThrowError(expect.objectContaining({ code: "RATE_LIMITED" }));
  rates.take("bob");
  vi.advanceTimersByTime(500);
  rates.take("ann");
  expect(() => rates.take("ann")).toThrowError(expect.objectContaining({ code: "RATE_LIMITED" }));
});
