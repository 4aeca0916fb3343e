import { expect, test } from "vitest";
import { type StatementSample, slowestSince } from "./slowest-since.ts";

const ran = (calls: number, total: number, max: number, schema = "tenant_acme", id = "1"): StatementSample => ({
  ...{ schema, id, calls, total, max },
});
const slowest = (before: StatementSample[], now: StatementSample[]) => Object.fromEntries(slowestSince(before, now));

test("a statement that never took so long is told by its longest run, another by the mean of its runs since", () => {
  expect(slowest([ran(10, 100, 20)], [ran(11, 5100, 5000)])).toEqual({ acme: 5 });
  expect(slowest([ran(10, 9000, 8000)], [ran(12, 15_000, 8000)])).toEqual({ acme: 3 });
});

test("what was slow once and did not run since is over", () => {
  expect(slowest([ran(10, 9000, 8000)], [ran(10, 9000, 8000)])).toEqual({});
});

test("one that is new, or counted anew, is told by its longest run; of several, the slowest, each tenant's its own", () => {
  expect(slowest([], [ran(3, 600, 500)])).toEqual({ acme: 0.5 });
  expect(slowest([ran(10, 9000, 8000)], [ran(1, 700, 700)])).toEqual({ acme: 0.7 });
  const others = [ran(1, 100, 100), ran(1, 300, 300, "tenant_acme", "2"), ran(1, 200, 200, "tenant_globex")];
  expect(slowest([], others)).toEqual({ acme: 0.3, globex: 0.2 });
});

test("nothing is told of the time before the first look", () => {
  expect(slowestSince(undefined, [ran(1, 9000, 9000)]).size).toBe(0);
});
