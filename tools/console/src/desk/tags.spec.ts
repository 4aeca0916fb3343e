import { expect, test } from "vitest";
import { tagsOf } from "./tags.ts";

test("tags are apart by commas and spaces, and each counts once", () => {
  expect(tagsOf(" breakout, Too-Early  breakout,")).toEqual(["breakout", "too-early"]);
  expect(tagsOf("  ")).toEqual([]);
});
