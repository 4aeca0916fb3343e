import {
  NO_SYMBOL_INDEX,
  type TickBatchView,
  tickFields,
  tickOffset,
  UNUSABLE_PRICE,
  writeTickBatchHeader,
} from "@tradesage/contracts";

/**
 * What those need who follow prices and not every tick: of the first `count` ticks of a live batch the newest whose
 * prices can be used, and before it, where that is doubted for another reason, the newest without a doubt; as a batch of
 * the bus. `undefined` where there is no such tick.
 */
export function newestOf(batch: TickBatchView, count: number): Uint8Array | undefined {
  if (batch.kind !== "live") return undefined;
  const newest: number[] = [];
  for (let index = count - 1; index >= 0; index--) {
    const quality = batch.data.getUint16(tickOffset(index) + tickFields.quality, true);
    if (quality === 0 || (newest.length === 0 && (quality & UNUSABLE_PRICE) === 0)) newest.unshift(index);
    if (quality === 0) break;
  }
  if (newest.length === 0) return undefined;
  const bytes = new Uint8Array(tickOffset(newest.length));
  writeTickBatchHeader(bytes, { ...batch, symbolIndex: NO_SYMBOL_INDEX }, newest.length);
  for (const [place, index] of newest.entries())
    bytes.set(batch.bytes.subarray(tickOffset(index), tickOffset(index + 1)), tickOffset(place));
  return bytes;
}
