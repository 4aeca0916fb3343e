import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { listed, shown } from "./show.ts";

const lines = (text: string) => stripVTControlCharacters(text).split("\n");

test("a time is readable, whether it is written out or counted in milliseconds", () => {
  const at = "2026-01-15T10:00:00.250Z";
  const quotes = [{ symbol: "EURUSD", timeMsc: Date.parse(at) }];
  expect(lines(shown({ at, timeMsc: Date.parse(at), quotes }))).toEqual([
    ...["at    2026-01-15 10:00:00", "time  2026-01-15 10:00:00.250", "", "quotes:"],
    ...["SYMBOL  TIME", "EURUSD  2026-01-15 10:00:00.250"],
  ]);
});

test("a list without anything in it says so", () => {
  expect(lines(shown({ symbols: [], currencies: [] }))).toEqual(["symbols     none", "currencies  none"]);
  expect(listed([])).toBe("There is none.");
});
