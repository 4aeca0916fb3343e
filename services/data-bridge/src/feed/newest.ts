import { readTicks, tickFields, tickOffset, UNUSABLE_PRICE, writeTickBatchHeader } from "@tradesage/contracts";

/**
 * What those need who follow prices and not every tick: of a live batch a batch of the newest tick whose prices can be
 * used, and before it, where that is doubted for another reason, the newest without a doubt. So a flood of ticks costs
 * them no more than its messages. `undefined` where there is no such tick.
 */
export function newestOf(payload: Uint8Array): Uint8Array | undefined {
  const batch = readTicks(payload);
  if (batch.kind !== "live") return undefined;
  const newest: number[] = [];
  for (let index = batch.count - 1; index >= 0; index--) {
    const quality = batch.data.getUint16(tickOffset(index) + tickFields.quality, true);
    if (quality === 0 || (newest.length === 0 && (quality & UNUSABLE_PRICE) === 0)) newest.unshift(index);
    if (quality === 0) break;
  }
  if (newest.length === 0) return undefined;
  const bytes = new Uint8Array(tickOffset(newest.length));
  writeTickBatchHeader(bytes, batch, newest.length);
  for (const [place, index] of newest.entries())
    bytes.set(payload.subarray(tickOffset(index), tickOffset(index + 1)), tickOffset(place));
  return bytes;
}
