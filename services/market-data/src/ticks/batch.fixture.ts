import {
  encodeTickBatch,
  NO_SYMBOL_INDEX,
  readTicks,
  type Tick,
  type TickBatch,
  type TickBatchView,
} from "@tradesage/contracts";

/** A good tick; what a spec is about is said over it. */
export const tick = (over: Partial<Tick> = {}): Tick => ({
  timeMsc: 1_399_525_200_000,
  bid: 1.39147,
  ask: 1.39148,
  last: 0,
  volume: 0,
  flags: 6,
  ordinal: 0,
  quality: 0,
  ...over,
});

/** A batch as the bus carries it. */
export const payload = (ticks: readonly Tick[], over: Partial<TickBatch> = {}): Uint8Array =>
  encodeTickBatch({
    kind: "live",
    symbolIndex: NO_SYMBOL_INDEX,
    epoch: 1n,
    sequence: 1n,
    lost: 0,
    utcOffsetSeconds: 0,
    ticks,
    ...over,
  });

export const batch = (ticks: readonly Tick[], over: Partial<TickBatch> = {}): TickBatchView =>
  readTicks(payload(ticks, over));
