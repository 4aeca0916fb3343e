import { encodeTickBatch, NO_SYMBOL_INDEX, type Tick } from "@tradesage/contracts";
import { generateTicks } from "@tradesage/simulator";

export const SYMBOL = "EURUSD";

/** Twenty ticks a second of one symbol, so that one bar of a second comes with every twenty. */
export async function makeTicks(count: number): Promise<Tick[]> {
  const ticks: Tick[] = [];
  for await (const some of generateTicks({ symbol: SYMBOL, start: Date.UTC(2026, 0, 5), rate: 20, count }))
    for (const tick of some) ticks.push({ ...tick, quality: 0 });
  return ticks;
}

/** Ticks as batches of `size`, as the bus carries them; sequences count from 1. */
export function inBatches(ticks: readonly Tick[], size: number, symbolIndex = NO_SYMBOL_INDEX): Uint8Array[] {
  return Array.from({ length: Math.ceil(ticks.length / size) }, (_, index) =>
    encodeTickBatch({
      kind: "live",
      symbolIndex,
      epoch: 1n,
      sequence: BigInt(index + 1),
      lost: 0,
      utcOffsetSeconds: 0,
      ticks: ticks.slice(index * size, (index + 1) * size),
    }),
  );
}
