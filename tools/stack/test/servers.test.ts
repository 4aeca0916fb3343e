import { expect, test } from "vitest";

test("x", () => {
  expect(process.env["DATABASE_URL"]).toMatch(/postgres/);
});
