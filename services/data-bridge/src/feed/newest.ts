import {
  NO_SYMBOL_INDEX,
  TICK_BYTES,
  type TickBatchHeader,
  type TickBatchView,
  tickFields,
  tickOffset,
  UNUSABLE_PRICE,
  writeTickBatchHeader,
} from "@tradesage/contracts";

/**
 * What those need who follow prices and not every tick: the newest live tick whose prices can be used, and before it,
 * where that is doubted for another reason, the newest without a doubt.
 */
export interface Newest {
  /** Looks at the first `count` ticks of a batch, and copies what it needs; says whether one of them can be used. */
  see(batch: TickBatchView, count: number): boolean;
  /** The newest that was seen, as a batch of the bus. */
  take(): Uint8Array;
}

/** Keeps them in one place: a flood of batches makes no garbage. */
export function createNewest(): Newest {
  const bytes = new Uint8Array(tickOffset(2));
  let header: TickBatchHeader | undefined;
  let held = 0;

  function hold({ bytes: all }: TickBatchView, index: number): void {
    const from = tickOffset(index);
    const to = tickOffset(held++);
    // Bytes by themselves: a view of so few costs more than they do.
    for (let at = 0; at < TICK_BYTES; at++) bytes[to + at] = all[from + at] as number;
  }

  return {
    see(batch, count) {
      if (batch.kind !== "live") return false;
      let usable = -1;
      let index = count - 1;
      for (; index >= 0; index--) {
        const quality = batch.data.getUint16(tickOffset(index) + tickFields.quality, true);
        if (quality === 0) break;
        if (usable < 0 && (quality & UNUSABLE_PRICE) === 0) usable = index;
      }
      if (index < 0 && usable < 0) return false;
      header = batch;
      held = 0;
      if (index >= 0) hold(batch, index);
      if (usable >= 0) hold(batch, usable);
      return true;
    },
    take() {
      if (!header) throw new RangeError("no tick was seen");
      writeTickBatchHeader(bytes, { ...header, symbolIndex: NO_SYMBOL_INDEX }, held);
      return bytes.slice(0, tickOffset(held));
    },
  };
}
