import {
  MAX_TICKS_PER_BATCH,
  NO_SYMBOL_INDEX,
  TICK_BATCH_HEADER_BYTES,
  type TickBatchView,
  type TickCursor,
  tickOffset,
  writeTickBatchHeader,
} from "@tradesage/contracts";
import { tickCursor } from "./tail.ts";

/** A batch that was taken in and is not stored yet; `count` ticks of it remain, at its beginning. */
export interface Waiting {
  readonly batch: TickBatchView;
  readonly count: number;
}

/** Batches that are stored as one. */
export interface Group {
  readonly batches: number;
  /** The sequence of the last of them. */
  readonly sequence: bigint;
  /** Absent where no tick remained. */
  readonly content?: { readonly payload: Uint8Array; readonly ticks: number; readonly cursor: TickCursor };
}

/**
 * The longest run at the head of the queue that can be stored as one batch: of one kind and clock, of at most 1000
 * ticks, with no loss inside. So a slow disk gets fewer and larger batches. Its header carries the last sequence: all
 * of the run is stored, or nothing.
 */
export function firstGroup(queue: readonly Waiting[], lineage: bigint): Group | undefined {
  const [first] = queue;
  if (!first) return undefined;
  let { count: ticks } = first;
  let batches = 1;
  for (const next of queue.slice(1)) {
    if (!follows(next, first) || ticks + next.count > MAX_TICKS_PER_BATCH) break;
    ticks += next.count;
    batches++;
  }
  const run = queue.slice(0, batches);
  const sequence = run.at(-1)?.batch.sequence ?? first.batch.sequence;
  const last = run.findLast(({ count }) => count > 0);
  if (!last) return { batches, sequence };
  const payload = batches === 1 ? first.batch.bytes.subarray(0, tickOffset(ticks)) : joined(run, ticks);
  writeTickBatchHeader(payload, { ...first.batch, symbolIndex: NO_SYMBOL_INDEX, epoch: lineage, sequence }, ticks);
  const cursor = tickCursor(last.batch, last.count - 1);
  return { batches, sequence, content: { payload, ticks, cursor } };
}

const follows = ({ batch }: Waiting, { batch: first }: Waiting): boolean =>
  batch.kind === first.kind && batch.utcOffsetSeconds === first.utcOffsetSeconds && batch.lost === 0;

function joined(run: readonly Waiting[], ticks: number): Uint8Array {
  const bytes = new Uint8Array(tickOffset(ticks));
  let at = TICK_BATCH_HEADER_BYTES;
  for (const { batch, count } of run) {
    bytes.set(batch.bytes.subarray(TICK_BATCH_HEADER_BYTES, tickOffset(count)), at);
    at += tickOffset(count) - TICK_BATCH_HEADER_BYTES;
  }
  return bytes;
}
