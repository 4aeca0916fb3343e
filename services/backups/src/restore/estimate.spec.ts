import { describe, expect, test } from "vitest";
import { paceOf, secondsLeft, secondsOf } from "./estimate.ts";

const finished = { tenantId: "acme", events: 40_000, rows: 2_000_000, equal: true };
const took = { inPlace: false, loaded: 1_000_000, history: 4, tables: 6, proof: 20 };

describe("how long a restore takes", () => {
  test("is what the last one took, by its events and rows", () => {
    const { pace, isMeasured } = paceOf({ ...finished, took });
    expect(pace).toEqual({ history: 10_000, tables: 100_000, proof: 2_000 });
    expect(isMeasured).toBe(true);
    const work = { events: 1_000_000, rows: 500_000, inPlace: true };
    expect(secondsOf(work, pace)).toEqual({ history: 100, tables: 5, proof: 500 });
    expect(paceOf({ ...finished, took: { ...took, inPlace: true, tables: 10 } }).pace).toEqual(pace);
  });

  test("of a new tenant has the tables only as far as they are not loaded beside the events", () => {
    const { pace } = paceOf({ ...finished, took });
    const tablesOf = (rows: number) => secondsOf({ events: 40_000, rows, inPlace: false }, pace).tables;
    expect([300_000, 400_000, 1_000_000].map(tablesOf)).toEqual([0, 0, 6]);
  });

  test("is the usual where none has told, or one that was over at once", () => {
    const usual = paceOf(undefined);
    expect(usual.isMeasured).toBe(false);
    expect(paceOf(finished)).toEqual(usual);
    expect(paceOf({ ...finished, took: { ...took, history: 0.1, tables: 1, proof: 1.9 } })).toEqual(usual);
  });
});

describe("what is left", () => {
  const planned = { history: 10, tables: 20, proof: 10 };

  test("is the plan at the beginning", () => expect(secondsLeft(planned, "history", 0, 3)).toBe(37));

  test("is more where the plan was too good, and less where it was not good enough", () => {
    expect(secondsLeft(planned, "tables", 0.5, 40)).toBe(40);
    expect(secondsLeft(planned, "tables", 0.5, 10)).toBe(10);
  });

  test("is nothing at the end", () => expect(secondsLeft(planned, "proof", 1, 55)).toBe(0));
});
