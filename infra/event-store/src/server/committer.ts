import type { ProposedEvent, Storage, StoredEvent } from "./storage.ts";

/** What an append demands of its stream: an exact revision (-1: none), that it exists, or nothing. */
export type Expected = bigint | "any" | "exists";

export type AppendOutcome =
  | { readonly kind: "appended"; readonly revision: bigint; readonly position: bigint }
  | { readonly kind: "wrong-revision"; readonly actual: bigint }
  | { readonly kind: "failed"; readonly error: Error };

export interface Committer {
  append(stream: string, events: readonly ProposedEvent[], expected: Expected): Promise<AppendOutcome>;
  /** Tells of every event once it is on the disk, in order. */
  onCommitted(listener: (events: readonly StoredEvent[]) => void): () => void;
}

interface Pending {
  readonly stream: string;
  readonly events: readonly ProposedEvent[];
  readonly expected: Expected;
  readonly settle: (outcome: AppendOutcome) => void;
}

/** Group commit: appends that arrive together share one transaction and one sync; none is answered before it. */
export function createCommitter(storage: Storage): Committer {
  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  let waiting: Pending[] = [];

  function flush(): void {
    const group = waiting;
    waiting = [];
    const committed: StoredEvent[] = [];
    const outcomes = new Map<Pending, AppendOutcome>();
    try {
      storage.transaction(() => {
        const revisions = new Map<string, bigint>();
        let position = storage.lastPosition();
        for (const pending of group) {
          const current = revisions.get(pending.stream) ?? storage.lastRevision(pending.stream);
          const verdict = check(storage, pending, current);
          if (verdict) {
            outcomes.set(pending, verdict);
            continue;
          }
          let revision = current;
          for (const event of pending.events) {
            revision += 1n;
            position += 1n;
            const stored = {
              ...event,
              stream: pending.stream,
              revision,
              position,
              created: BigInt(Date.now()) * 10_000n,
            };
            storage.insert(stored);
            committed.push(stored);
          }
          revisions.set(pending.stream, revision);
          outcomes.set(pending, { kind: "appended", revision, position });
        }
      });
    } catch (error) {
      for (const { settle } of group) settle({ kind: "failed", error: error as Error });
      return;
    }
    for (const [{ settle }, outcome] of outcomes) settle(outcome);
    if (committed.length > 0) for (const listener of listeners) listener(committed);
  }

  return {
    append: (stream, events, expected) =>
      new Promise((settle) => {
        if (waiting.push({ stream, events, expected, settle }) === 1) setImmediate(flush);
      }),
    onCommitted(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Undefined where the append may go on: else its outcome. A repeat of what is there already answers as at first. */
function check(storage: Storage, { stream, events, expected }: Pending, current: bigint): AppendOutcome | undefined {
  if (expected === "any") return undefined;
  if (expected === "exists") return current >= 0n ? undefined : { kind: "wrong-revision", actual: current };
  if (expected === current) return undefined;
  if (expected < current && events.length > 0) {
    const there = storage.readStream(stream, expected + 1n, "forwards", events.length);
    const last = there.at(-1);
    if (last && there.length === events.length && there.every((event, index) => event.id === events[index]?.id))
      return { kind: "appended", revision: last.revision, position: last.position };
  }
  return { kind: "wrong-revision", actual: current };
}
