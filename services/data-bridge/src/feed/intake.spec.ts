import { decodeTickBatch, encodeTickBatch, readTicks, type Tick } from "@tradesage/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBacklog } from "./backlog.ts";
import { createIntake } from "./intake.ts";
import { tickCursor } from "./tail.ts";

const header = { kind: "live", symbolIndex: 0, epoch: 1n, sequence: 1n, lost: 0, utcOffsetSeconds: 0 } as const;
const tick = (timeMsc: number, ordinal = 0): Tick => ({
  ...{ timeMsc, ordinal, bid: 1, ask: 1, last: 0, volume: 0, flags: 6, quality: 0 },
});
const batchOf = (ticks: readonly Tick[], change = {}) => readTicks(encodeTickBatch({ ...header, ...change, ticks }));
const tailOf = (...ticks: Tick[]) => {
  const batch = batchOf(ticks);
  return { message: 1, batch, cursor: tickCursor(batch, ticks.length - 1) };
};
const meter = { repeated: () => {}, doubted: () => {} };

/** What is left of batches that come one after the other. */
function keep(intake: ReturnType<typeof createIntake>, ...batches: Tick[][]): Tick[] {
  return batches.flatMap((ticks) => {
    const batch = batchOf(ticks);
    const backlog = createBacklog(7n);
    backlog.add(batch, intake.take(batch, Number.NaN));
    const content = backlog.take()?.content;
    return content ? decodeTickBatch(content.payload).ticks : [];
  });
}
const placesOf = (ticks: readonly Tick[]) => ticks.map(({ timeMsc, ordinal }) => [timeMsc, ordinal]);

test("a tick is what its millisecond and its ordinal say: identical ticks of one millisecond are all kept", () => {
  const intake = createIntake({ tail: undefined, end: undefined, goesOn: false, meter });
  expect(placesOf(keep(intake, [tick(5), tick(5, 1)], [tick(5, 1), tick(5, 2)]))).toEqual([
    [5, 0],
    [5, 1],
    [5, 2],
  ]);
});

test("whatever is sent again under whatever sequence, each tick is kept once and in the order in which it came first", () => {
  const times = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(times, { maxLength: 6 }), (batches) => {
      const intake = createIntake({ tail: undefined, end: undefined, goesOn: false, meter });
      const kept = keep(
        intake,
        ...batches.filter(({ length }) => length > 0).map((all) => all.map((time) => tick(time))),
      );
      expect(kept.map(({ timeMsc }) => timeMsc)).toEqual([...new Set(batches.flat())]);
    }),
  );
});

test("a new numbering is known up to the feed's last tick, whatever was sent", () => {
  const tail = tailOf(tick(10), tick(20));
  const intake = createIntake({ tail, end: tail.cursor, goesOn: false, meter });
  expect(placesOf(keep(intake, [tick(5), tick(20), tick(20, 1), tick(5)]))).toEqual([
    [20, 1],
    [5, 0],
  ]);
});

test("where the numbering goes on, a time that goes back is genuine, and marked", () => {
  const tail = tailOf(tick(10), tick(20));
  const intake = createIntake({ tail, end: tail.cursor, goesOn: true, meter });
  expect(keep(intake, [tick(5), tick(20), tick(21)]).map(({ timeMsc, quality }) => [timeMsc, quality])).toEqual([
    [5, 4],
    [21, 0],
  ]);
});

test("the order is that of UTC: a broker's clock that is set back an hour makes no tick late", () => {
  const intake = createIntake({ tail: undefined, end: undefined, goesOn: false, meter });
  const hour = 3_600_000;
  const before = batchOf([tick(10 * hour)], { utcOffsetSeconds: 10_800 });
  const after = batchOf([tick(9 * hour + 1)], { utcOffsetSeconds: 7_200 });
  expect([intake.take(before, Number.NaN), intake.take(after, Number.NaN)]).toEqual([1, 1]);
  expect(decodeTickBatch(after.bytes).ticks[0]?.quality).toBe(0);
});
