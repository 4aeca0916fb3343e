import { expect, test } from "vitest";
import { seconds } from "./token.ts";

test.each([
  ["90s", 90],
  ["15m", 900],
  ["12h", 43_200],
  ["30d", 2_592_000],
])("%s are %i seconds", (text, expected) => expect(seconds(text)).toBe(expected));

test.each(["", "12", "0h", "-1h", "1w", "1.5h", " 1h", "1h30m", "99999999s"])("%j is no time", (text) =>
  expect(() => seconds(text)).toThrow("a time such as"),
);
