import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { eurusd } from "./market-of.fixture.ts";
import { isCharged, rolloverAfter, timesCharged } from "./nights.ts";

const athens = { ...eurusd, utcOffsetSeconds: 7200 };
const told = (instrument: typeof eurusd, moment: string) => {
  const { at, night } = rolloverAfter(instrument, Date.parse(moment));
  return [new Date(at).toISOString(), night];
};

describe("a day", () => {
  test("ends at midnight by the instrument's clock", () => {
    assert.deepEqual(told(eurusd, "2026-01-14T23:59:59Z"), ["2026-01-15T00:00:00.000Z", "2026-01-14"]);
    assert.deepEqual(told(athens, "2026-01-14T21:59:59Z"), ["2026-01-14T22:00:00.000Z", "2026-01-14"]);
  });
  test("that ends now is followed by the next", () => {
    assert.deepEqual(told(athens, "2026-01-14T22:00:00Z"), ["2026-01-15T22:00:00.000Z", "2026-01-15"]);
  });
});

describe("a night", () => {
  const instrument = { ...eurusd, swapMode: "points", swapLong: "-7.2", swapTripleDay: "wednesday" } as const;
  test("counts three times on the triple day and not at a weekend", () => {
    const times = ["2026-01-13", "2026-01-14", "2026-01-17", "2026-01-18"].map((night) =>
      timesCharged(instrument, night),
    );
    assert.deepEqual(times, [1, 3, 0, 0]);
  });
  test("is charged where the side costs or earns something", () => {
    assert.ok(isCharged(instrument, "buy", "2026-01-13"));
    assert.ok(!isCharged(instrument, "sell", "2026-01-13"));
    assert.ok(!isCharged(instrument, "buy", "2026-01-17"));
    assert.ok(!isCharged({ ...instrument, swapMode: "disabled" }, "buy", "2026-01-13"));
  });
});
