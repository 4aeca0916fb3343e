import {
  MAX_TICKS_PER_MESSAGE,
  NO_SYMBOL_INDEX,
  readTicks,
  TICK_BATCH_HEADER_BYTES,
  type TickBatchView,
  type TickCursor,
  tickOffset,
  writeTickBatchHeader,
} from "@tradesage/contracts";
import { tickCursor } from "./tail.ts";

/** Batches that are stored as one. */
export interface Group {
  /** The sequence of the last of them. */
  readonly sequence: bigint;
  /** Ticks that came in them. */
  readonly received: number;
  /** Absent where no tick remained. */
  readonly content?: { readonly payload: Uint8Array; readonly ticks: number; readonly cursor: TickCursor };
}

/** What a feed has taken in and not stored yet, cut into messages of the bus as it comes. */
export interface Backlog {
  /** Copies the first `kept` ticks of a batch. */
  add(batch: TickBatchView, kept: number): void;
  /** Takes out the oldest batches that can be stored as one; `undefined` where nothing waits. */
  take(): Group | undefined;
}

interface Run {
  readonly first: Pick<TickBatchView, "kind" | "lost" | "utcOffsetSeconds">;
  bytes: Uint8Array;
  ticks: number;
  received: number;
  sequence: bigint;
}

/**
 * A run of batches goes as one message as long as they are of one kind and clock, with no loss inside, and of what a
 * message holds. So a slow disk gets fewer and larger messages. Its header carries the last sequence: all of the run is
 * stored, or nothing.
 */
export function createBacklog(lineage: bigint): Backlog {
  const runs: Run[] = [];

  return {
    add(batch, kept) {
      const last = runs.at(-1);
      const run = last && follows(batch, kept, last) ? last : startRun(batch, kept);
      if (run !== last) runs.push(run);
      append(run, batch, kept);
    },
    take() {
      const run = runs.shift();
      if (!run) return undefined;
      const { first, ticks, received, sequence } = run;
      if (ticks === 0) return { sequence, received };
      const payload = run.bytes.subarray(0, tickOffset(ticks));
      writeTickBatchHeader(payload, { ...first, symbolIndex: NO_SYMBOL_INDEX, epoch: lineage, sequence }, ticks);
      return { sequence, received, content: { payload, ticks, cursor: tickCursor(readTicks(payload), ticks - 1) } };
    },
  };
}

const follows = (batch: TickBatchView, kept: number, { first, ticks }: Run): boolean =>
  batch.kind === first.kind &&
  batch.utcOffsetSeconds === first.utcOffsetSeconds &&
  batch.lost === 0 &&
  ticks + kept <= MAX_TICKS_PER_MESSAGE;

const startRun = ({ kind, lost, utcOffsetSeconds }: TickBatchView, kept: number): Run => ({
  first: { kind, lost, utcOffsetSeconds },
  bytes: new Uint8Array(tickOffset(kept)),
  ticks: 0,
  received: 0,
  sequence: 0n,
});

function append(run: Run, { bytes, count, sequence }: TickBatchView, kept: number): void {
  const end = tickOffset(run.ticks + kept);
  if (end > run.bytes.length) {
    const larger = new Uint8Array(Math.min(2 * end, tickOffset(MAX_TICKS_PER_MESSAGE)));
    larger.set(run.bytes);
    run.bytes = larger;
  }
  run.bytes.set(bytes.subarray(TICK_BATCH_HEADER_BYTES, tickOffset(kept)), tickOffset(run.ticks));
  run.ticks += kept;
  run.received += count;
  run.sequence = sequence;
}
