import { encodeTickBatch, type FeedCursor, type Tick, type TickBatchKind } from "@tradesage/contracts";

interface Batch {
  readonly symbolIndex: number;
  readonly sequence: bigint;
  readonly bytes: Uint8Array;
  readonly ticks: number;
}

/** Batches in their order, until they are acknowledged. */
export interface Outbox {
  /** Numbers and keeps a batch; `lost` ticks were lost before it. */
  add(symbolIndex: number, ticks: readonly Tick[], of: { utcOffsetSeconds: number; lost: number }): void;
  /** The next batch to send; `undefined` where all are sent, or where it would make more than `window` ticks in flight. */
  next(window: number): Uint8Array | undefined;
  /** After a welcome: forgets what is stored already, sends all the rest again. */
  resume(cursors: readonly (FeedCursor | null)[]): void;
  /** Forgets everything of the symbol up to a sequence. */
  acknowledge(symbolIndex: number, sequence: bigint): void;
  /** Ticks that are sent and not acknowledged. */
  inFlight(): number;
  /** Resolves when at most so many ticks are kept; rejects when the signal aborts. */
  atMost(ticks: number, signal: AbortSignal): Promise<void>;
}

export interface Numbering {
  readonly epoch: bigint;
  readonly kind: TickBatchKind;
  onAcknowledged(ticks: number): void;
}

export function createOutbox({ epoch, kind, onAcknowledged }: Numbering): Outbox {
  const sequences = new Map<number, bigint>();
  let batches: Batch[] = [];
  let sent = 0;
  let inFlight = 0;
  let keptTicks = 0;
  let waiting: (() => void)[] = [];

  function forget(isStored: (batch: Batch) => boolean): void {
    const kept: Batch[] = [];
    let sentAndKept = 0;
    for (const [index, batch] of batches.entries()) {
      if (!isStored(batch)) kept.push(batch);
      else {
        keptTicks -= batch.ticks;
        if (index < sent) inFlight -= batch.ticks;
        onAcknowledged(batch.ticks);
      }
      if (index < sent) sentAndKept = kept.length;
    }
    batches = kept;
    sent = sentAndKept;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  return {
    add(symbolIndex, ticks, { utcOffsetSeconds, lost }) {
      const sequence = (sequences.get(symbolIndex) ?? 0n) + 1n;
      sequences.set(symbolIndex, sequence);
      const bytes = encodeTickBatch({ kind, symbolIndex, epoch, sequence, lost, utcOffsetSeconds, ticks });
      keptTicks += ticks.length;
      batches.push({ symbolIndex, sequence, bytes, ticks: ticks.length });
    },
    next(window) {
      const batch = batches[sent];
      if (!batch || inFlight + batch.ticks > window) return undefined;
      sent++;
      inFlight += batch.ticks;
      return batch.bytes;
    },
    resume(cursors) {
      sent = 0;
      inFlight = 0;
      forget(({ symbolIndex, sequence }) => {
        const stored = cursors[symbolIndex]?.sequence;
        return stored !== undefined && sequence <= BigInt(stored);
      });
    },
    acknowledge: (symbolIndex, upTo) => forget((batch) => batch.symbolIndex === symbolIndex && batch.sequence <= upTo),
    inFlight: () => inFlight,
    async atMost(limit, signal) {
      while (keptTicks > limit) {
        signal.throwIfAborted();
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
        await promise;
      }
    },
  };
}
