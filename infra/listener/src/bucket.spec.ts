import { expect, test } from "vitest";
import { createBucket } from "./bucket.ts";

test("a burst passes, then as many as are refilled", () => {
  const bucket = createBucket(3, 2, 1_000);
  const taken = (now: number) => Array.from({ length: 4 }, () => bucket.take(now)).filter(Boolean).length;
  expect(taken(1_000)).toBe(3);
  expect(taken(1_400)).toBe(0);
  expect(taken(2_000)).toBe(2);
  expect(taken(60_000)).toBe(3);
});
