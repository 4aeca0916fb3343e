import fc from "fast-check";
import { expect, test } from "vitest";
import { workbench } from "./testing/workbench.ts";

const NONE = 0;
const US = 1;
const EUROPE = 2;

/** The offset of a city by the time zone database, in seconds. */
function offsetIn(timeZone: string, utc: number): number {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset" });
  const name = format.formatToParts(utc * 1000).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  return sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60) : 0;
}

test.each([
  ["New York", US, "America/New_York", -18_000],
  ["Europe", EUROPE, "Europe/Berlin", 3_600],
])("summer in %s is when the time zone database says so", (_, rule, zone, winter) => {
  const { functions } = workbench(["Clock.mqh"]);
  const from2008To2037 = fc.integer({ min: Date.UTC(2008) / 1000, max: Date.UTC(2038) / 1000 - 1 });
  fc.assert(
    fc.property(from2008To2037, (utc) => {
      expect(functions["IsSummer"]?.(rule, BigInt(utc))).toBe(offsetIn(zone, utc) !== winter);
    }),
    { numRuns: 1000 },
  );
});

test("to the second", () => {
  const { functions } = workbench(["Clock.mqh"]);
  const isSummer = (rule: number, time: string) => functions["IsSummer"]?.(rule, BigInt(Date.parse(time) / 1000));
  expect([isSummer(US, "2026-03-08T06:59:59Z"), isSummer(US, "2026-03-08T07:00:00Z")]).toEqual([false, true]);
  expect([isSummer(US, "2026-11-01T05:59:59Z"), isSummer(US, "2026-11-01T06:00:00Z")]).toEqual([true, false]);
  expect([isSummer(EUROPE, "2026-03-29T00:59:59Z"), isSummer(EUROPE, "2026-03-29T01:00:00Z")]).toEqual([false, true]);
  expect([isSummer(EUROPE, "2026-10-25T00:59:59Z"), isSummer(EUROPE, "2026-10-25T01:00:00Z")]).toEqual([true, false]);
  expect(isSummer(NONE, "2026-07-01T00:00:00Z")).toBe(false);
});

test("a tick of last winter has winter's offset, read in summer, and the other way round", () => {
  const { functions } = workbench(["Clock.mqh"]);
  const seconds = (time: string) => BigInt(Date.parse(`${time}Z`) / 1000);
  const at = (offsetNow: number, now: string, tick: string) =>
    functions["UtcOffsetAtBrokerTime"]?.(US, offsetNow, seconds(now), seconds(tick));
  expect(at(10_800, "2026-07-01T00:00", "2026-02-01T00:00")).toBe(7_200);
  expect(at(7_200, "2026-12-01T00:00", "2026-06-01T00:00")).toBe(10_800);
  expect(at(7_200, "2026-12-01T00:00", "2026-11-30T00:00")).toBe(7_200);
});

test("the broker's clock is measured to a quarter of an hour, whatever the computer's is worth", () => {
  const { functions, terminal } = workbench(["Clock.mqh"]);
  const measured = [7200, 7199, 7440, -18_001, 20_700].map((offset) => {
    terminal.clock.offsetSeconds = offset;
    return functions["UtcOffsetNow"]?.();
  });
  expect(measured).toEqual([7200, 7200, 7200, -18_000, 20_700]);
});
