import assert from "node:assert/strict";
import type { Daily } from "@tradesage/contracts";
import { describe, test } from "vitest";
import { eurusd } from "./market-of.fixture.ts";
import { isCharged, rolloverAfter, timesCharged } from "./nights.ts";

const athens = { ...eurusd, utcOffsetSeconds: 7200 };
const newYork: Daily = { at: "17:00", zone: "America/New_York" };
const prague: Daily = { at: "00:30", zone: "Europe/Prague" };
const told = (instrument: typeof eurusd, moment: string, rollover?: Daily, through?: string) => {
  const { at, night } = rolloverAfter(instrument, rollover, Date.parse(moment), through);
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
  test("ends at the tenant's rollover where there is one, whatever the instrument's clock", () => {
    assert.deepEqual(told(athens, "2026-01-14T21:59:59Z", newYork), ["2026-01-14T22:00:00.000Z", "2026-01-14"]);
    assert.deepEqual(told(athens, "2026-01-14T22:00:00Z", newYork), ["2026-01-15T22:00:00.000Z", "2026-01-15"]);
  });
  test("has the date that most of it lies in", () => {
    assert.deepEqual(told(eurusd, "2026-01-14T22:00:00Z", prague), ["2026-01-14T23:30:00.000Z", "2026-01-14"]);
    const noon = { at: "12:00", zone: "UTC" };
    assert.deepEqual(told(eurusd, "2026-01-14T11:00:00Z", noon), ["2026-01-14T12:00:00.000Z", "2026-01-14"]);
  });
  test("is an hour shorter where clocks go forward in it, and an hour longer where they go back", () => {
    // New York, 8 March 2026 and 1 November 2026.
    const night = (moment: string) => told(eurusd, moment, newYork);
    assert.deepEqual(night("2026-03-07T12:00:00Z"), ["2026-03-07T22:00:00.000Z", "2026-03-07"]);
    assert.deepEqual(night("2026-03-07T22:00:00Z"), ["2026-03-08T21:00:00.000Z", "2026-03-08"]);
    assert.deepEqual(night("2026-10-31T12:00:00Z"), ["2026-10-31T21:00:00.000Z", "2026-10-31"]);
    assert.deepEqual(night("2026-10-31T21:00:00Z"), ["2026-11-01T22:00:00.000Z", "2026-11-01"]);
  });
  test("ends once, be its time skipped by clocks or shown twice", () => {
    // Prague, 29 March 2026: from 02:00 to 03:00. 25 October 2026: from 03:00 back to 02:00.
    const rollover = { at: "02:30", zone: "Europe/Prague" };
    assert.deepEqual(told(eurusd, "2026-03-28T12:00:00Z", rollover), ["2026-03-29T01:00:00.000Z", "2026-03-28"]);
    assert.deepEqual(told(eurusd, "2026-03-29T01:00:00Z", rollover), ["2026-03-30T00:30:00.000Z", "2026-03-29"]);
    assert.deepEqual(told(eurusd, "2026-10-24T12:00:00Z", rollover), ["2026-10-25T00:30:00.000Z", "2026-10-24"]);
    assert.deepEqual(told(eurusd, "2026-10-25T00:30:00Z", rollover), ["2026-10-26T01:30:00.000Z", "2026-10-25"]);
  });
  test("whose night is over is not the next one, and one that has begun by another clock already is", () => {
    const morning = { at: "12:00", zone: "UTC" };
    const opened = "2026-01-13T15:00:00Z";
    assert.deepEqual(told(eurusd, opened, morning, "2026-01-13"), ["2026-01-14T12:00:00.000Z", "2026-01-14"]);
    assert.deepEqual(told(eurusd, opened, newYork, "2026-01-14"), ["2026-01-15T22:00:00.000Z", "2026-01-15"]);
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
