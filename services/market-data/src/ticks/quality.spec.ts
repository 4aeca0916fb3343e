import { TickQuality } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { batch, tick } from "./batch.fixture.ts";
import { countQuality, qualityBits } from "./quality.ts";

const { crossed, stale } = TickQuality;
const day = 86_400_000;
const numbered = { sequence: 1, symbol: "EURUSD", repeats: 0, missing: 0 };
const doubtsAt = (bit: number, doubts: readonly number[]) => doubts[qualityBits.indexOf(bit)];

test("ticks are counted by the day of their own time, UTC, whatever the broker's clock says", () => {
  const ticks = [tick({ timeMsc: 2 * day + 3_600_000 }), tick({ timeMsc: 2 * day + 7_200_000 })];
  const counted = countQuality([{ ...numbered, batch: batch(ticks, { utcOffsetSeconds: 7200 }) }]);
  expect(counted.map((one) => [one.day, one.ticks])).toEqual([
    [1, 1],
    [2, 1],
  ]);
});

test("a tick counts for each of its doubts", () => {
  const ticks = [tick(), tick({ quality: crossed | stale }), tick({ quality: crossed })];
  const [counted] = countQuality([{ ...numbered, batch: batch(ticks) }]);
  expect(counted?.ticks).toBe(3);
  expect([doubtsAt(crossed, counted?.doubts ?? []), doubtsAt(stale, counted?.doubts ?? [])]).toEqual([2, 1]);
});

test("loss inside the terminal, loss on the link and repeats are counted apart, by feed", () => {
  const counted = countQuality([
    { ...numbered, batch: batch([tick()], { lost: 7 }) },
    { ...numbered, batch: batch([tick()], { lost: 1 }), repeats: 3, missing: 2 },
    { ...numbered, symbol: "GBPUSD", batch: batch([tick()]) },
  ]);
  expect(counted.map(({ symbol, lost, repeats, missing }) => [symbol, lost, repeats, missing])).toEqual([
    ["EURUSD", 8, 3, 2],
    ["GBPUSD", 0, 0, 0],
  ]);
});
