import { expect, test } from "vitest";
import { createPace, type Speed } from "./pace.ts";

test("at 60x a recorded minute takes a second", () => {
  const pace = createPace("60x", () => 0);
  expect([pace(1_000_000), pace(1_060_000)]).toEqual([0, 1_000]);
});

test("at max nothing waits", () => expect(createPace("max")(Number.MAX_SAFE_INTEGER)).toBe(0));

test.each(["0x", "-1x", "fastx", "60"])("%s is no speed", (speed) => {
  expect(() => createPace(speed as Speed)).toThrow(RangeError);
});
