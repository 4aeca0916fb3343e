import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { nextDaily } from "./daily.ts";

const next = (at: string, zone: string, after: string) =>
  new Date(nextDaily({ at, zone }, Date.parse(after))).toISOString();

describe("the next time of day in a zone", () => {
  test.each([
    ["00:00", "Europe/Prague", "2026-01-15T10:00:00Z", "2026-01-15T23:00:00.000Z"],
    ["00:00", "Europe/Prague", "2026-07-15T10:00:00Z", "2026-07-15T22:00:00.000Z"],
    ["00:30", "UTC", "2026-07-15T00:29:59Z", "2026-07-15T00:30:00.000Z"],
    ["00:30", "UTC", "2026-07-15T00:30:00Z", "2026-07-16T00:30:00.000Z"],
    ["17:00", "America/New_York", "2026-07-15T20:59:00Z", "2026-07-15T21:00:00.000Z"],
    ["17:00", "America/New_York", "2026-12-15T21:59:00Z", "2026-12-15T22:00:00.000Z"],
    ["00:00", "Pacific/Kiritimati", "2026-07-15T10:00:00Z", "2026-07-16T10:00:00.000Z"],
  ])("%s in %s after %s is %s", (at, zone, after, expected) => assert.equal(next(at, zone, after), expected));

  test("that clocks skip, is when they skip it", () =>
    assert.equal(next("02:30", "Europe/Prague", "2026-03-29T00:00:00Z"), "2026-03-29T01:00:00.000Z"));
  test("that clocks show twice, is the first of the two", () =>
    assert.equal(next("02:30", "Europe/Prague", "2026-10-25T00:00:00Z"), "2026-10-25T00:30:00.000Z"));

  test("is ahead, by no more than 25 hours, and the same for all moments before it", () => {
    const zones = fc.constantFrom("UTC", "Europe/Prague", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata");
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((numbers) => numbers.map((number) => String(number).padStart(2, "0")).join(":"));
    const moment = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) });
    fc.assert(
      fc.property(zones, time, moment, (zone, at, after) => {
        const found = nextDaily({ at, zone }, after);
        assert.ok(found > after && found - after <= 25 * 3_600_000);
        assert.equal(nextDaily({ at, zone }, Math.floor((after + found) / 2)), found);
      }),
    );
  });
});
