import { completeInstrument, type InstrumentChanges } from "@tradesage/contracts";
import { describe, expect, test } from "vitest";
import { eurusd } from "../calculation/market-of.fixture.ts";
import { sessionOpen } from "./session-open.ts";

const week = (["monday", "tuesday", "wednesday", "thursday"] as const).map((day) => ({
  day,
  from: "00:05",
  to: "24:00",
}));
const isOpen = (utc: string, changes: InstrumentChanges = {}) => {
  const sessions = [...week, { day: "friday", from: "00:05", to: "23:55" } as const];
  return sessionOpen(completeInstrument(eurusd, { sessions, ...changes }), Date.parse(utc));
};

describe("an instrument with sessions", () => {
  test.each([
    ["2026-01-05T00:04:59.999Z", false],
    ["2026-01-05T00:05:00.000Z", true],
    ["2026-01-06T23:59:59.999Z", true],
    ["2026-01-07T00:00:00.000Z", false],
    ["2026-01-09T23:54:59.999Z", true],
    ["2026-01-09T23:55:00.000Z", false],
    ["2026-01-10T12:00:00.000Z", false],
  ])("at %s is open: %s", (utc, open) => expect(isOpen(utc)).toBe(open));
  test("goes by the broker's clock, not by UTC", () => {
    expect(isOpen("2026-01-04T22:05:00Z", { utcOffsetSeconds: 7200 })).toBe(true);
    expect(isOpen("2026-01-09T21:55:00Z", { utcOffsetSeconds: 7200 })).toBe(false);
    expect(isOpen("2026-01-05T04:00:00Z", { utcOffsetSeconds: -18_000 })).toBe(false);
  });
  test("of which none is told is always open", () =>
    expect(isOpen("2026-01-10T12:00:00Z", { sessions: [] })).toBe(true));
});
