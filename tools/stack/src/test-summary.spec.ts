import { expect, test } from "vitest";
import { summaryLine } from "./test-summary.ts";

const file = (status: string, ...results: string[]) => ({
  status,
  assertionResults: results.map((status) => ({ status })),
});
const report = (...testResults: object[]) => JSON.stringify({ testResults });

test("a good run tells how many passed", () => {
  expect(summaryLine(report(file("passed", "passed", "passed")), 0)).toEqual({ line: "2 passed, 0 failed", failed: 0 });
});

test("failures and skipped specs are counted over all files", () => {
  const text = report(file("failed", "passed", "failed"), file("passed", "passed", "pending", "todo"));
  expect(summaryLine(text, 1)).toEqual({ line: "2 passed, 1 failed, 2 skipped", failed: 1 });
});

test("a file that could not be run is a failure", () => {
  expect(summaryLine(report(file("failed"), file("passed", "passed")), 1).line).toBe("1 passed, 1 failed");
});

test("a run that failed outside of its specs is a failure", () => {
  expect(summaryLine(report(file("passed", "passed")), 1).line).toBe("1 passed, 1 failed");
});

test("a run that ended without a report is a failure", () => {
  expect(summaryLine(undefined, 137).line).toBe("0 passed, 1 failed");
});
