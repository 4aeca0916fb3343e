import { expect, test } from "vitest";
import { type GenerateOptions, generateTicks } from "./generate-ticks.ts";
import type { TerminalTick } from "./terminal-tick.ts";

async function made(options: Partial<GenerateOptions>): Promise<TerminalTick[]> {
  const all: TerminalTick[] = [];
  const whole = { symbol: "EURUSD", start: 1_000_000, count: 5_000, rate: 2_000, ...options };
  for await (const ticks of generateTicks(whole)) all.push(...ticks);
  return all;
}

test("the same seed makes the same ticks, another seed others", async () => {
  const ticks = await made({ seed: 1 });
  expect(await made({ seed: 1 })).toEqual(ticks);
  expect(await made({ seed: 2 })).not.toEqual(ticks);
});

test("made-up ticks are in order, each with a place of its own, never crossed, at about the rate", async () => {
  const ticks = await made({});
  expect(ticks.length).toBe(5_000);
  expect(new Set(ticks.map(({ timeMsc, ordinal }) => `${timeMsc}/${ordinal}`)).size).toBe(5_000);
  const times = ticks.map(({ timeMsc }) => timeMsc);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(ticks.every(({ bid, ask }) => ask > bid && Math.abs(bid - 1.08) < 0.1)).toBe(true);
  expect((times.at(-1) ?? 0) - 1_000_000).toBeGreaterThan(2_300);
  expect((times.at(-1) ?? 0) - 1_000_000).toBeLessThan(2_700);
});

test("without a start they are of now", async () => {
  const { start: _, ...live } = { symbol: "USDJPY", start: 0, rate: 1_000, count: 20 };
  const before = Date.now();
  for await (const ticks of generateTicks(live)) {
    for (const { timeMsc } of ticks) expect(timeMsc).toBeGreaterThanOrEqual(before);
  }
});
