import { setTimeout as sleep } from "node:timers/promises";
import type { InstrumentSymbol } from "@tradesage/contracts";
import { mulberry32 } from "./mulberry32.ts";
import { specificationOf, usualPriceOf } from "./specifications.ts";
import { createOrdinals, QUOTE_FLAGS, type TerminalTick } from "./terminal-tick.ts";

export interface GenerateOptions {
  readonly symbol: InstrumentSymbol;
  /** The same seed, start and rate give the same ticks. */
  readonly seed?: number;
  /** Milliseconds since the epoch of the first tick; without it the ticks are of now, and come as time passes. */
  readonly start?: number;
  /** Ticks a second on average; default 5. */
  readonly rate?: number;
  /** How many; for ever unless told. */
  readonly count?: number;
  readonly signal?: AbortSignal;
}

/** Prices move by up to so many points a tick. */
const MAX_STEP = 3;
const MAX_SPREAD = 3;
const AT_ONCE = 1000;

/** Made-up ticks: a random walk from about where the symbol costs, times exponentially apart, spread of 1 to 3 points. */
export async function* generateTicks(options: GenerateOptions): AsyncGenerator<readonly TerminalTick[]> {
  const { symbol, seed = 1, start, rate = 5, count = Number.POSITIVE_INFINITY, signal } = options;
  const { digits } = specificationOf(symbol);
  const scale = 10 ** digits;
  const random = mulberry32(seed);
  const ordinalOf = createOrdinals();
  const begin = Math.round(usualPriceOf(symbol) * scale);
  let points = begin;
  let time = start ?? Date.now();
  let ticks: TerminalTick[] = [];

  for (let made = 0; made < count && !signal?.aborted; made++) {
    const step = Math.round((random() * 2 - 1) * MAX_STEP);
    // Never further than a tenth from where it began: a demonstration may run for weeks.
    points = Math.min(Math.max(points + step, Math.ceil(begin * 0.9)), Math.floor(begin * 1.1));
    const spread = 1 + Math.floor(random() * MAX_SPREAD);
    const timeMsc = Math.floor(time);
    ticks.push({
      symbol,
      timeMsc,
      ordinal: ordinalOf(timeMsc),
      bid: points / scale,
      ask: (points + spread) / scale,
      last: 0,
      volume: 0,
      flags: QUOTE_FLAGS,
    });
    time += (-Math.log(1 - random()) * 1000) / rate;
    const wait = start === undefined ? time - Date.now() : 0;
    if (wait < 1 && ticks.length < AT_ONCE) continue;
    yield ticks;
    ticks = [];
    if (wait >= 1) await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
  if (ticks.length > 0) yield ticks;
}
