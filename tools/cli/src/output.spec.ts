import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { table } from "./output.ts";

test("columns are aligned, numbers to the right", () => {
  expect(
    stripVTControlCharacters(
      table(
        ["NAME", "ROWS"],
        [
          ["a", "7"],
          ["longer", "1,000"],
        ],
      ),
    ),
  ).toBe(["NAME     ROWS", "a           7", "longer  1,000"].join("\n"));
});
