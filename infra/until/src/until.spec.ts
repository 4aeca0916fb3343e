import { expect, test } from "vitest";
import { until } from "./until.ts";

test("what comes about in time is given", async () => {
  const found = [undefined, false, "here"] as const;
  let looks = 0;
  expect(await until("it", () => found[looks++])).toBe("here");
  expect(looks).toBe(3);
});

test("what does not is named", async () => {
  await expect(until("the fill", () => undefined, 20)).rejects.toThrow("not within 20 ms: the fill");
});

test("a look that fails is not repeated", async () => {
  let looks = 0;
  const broken = () => {
    looks++;
    throw new Error("away");
  };
  await expect(until("it", broken)).rejects.toThrow("away");
  expect(looks).toBe(1);
});
