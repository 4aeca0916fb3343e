import { expect, test } from "vitest";
import { backOffMs } from "./back-off.ts";

test("each death in a row doubles the wait, from 200 ms up to 10 s", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map(backOffMs)).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});
