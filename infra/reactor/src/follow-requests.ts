import { setInterval, setTimeout } from "node:timers/promises";
import type { EventMetadata } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import { type Postgres, platformCheckpoint } from "@tradesage/postgres";
import { continueTrace, type Logger, withSpan } from "@tradesage/telemetry";
import limit from "p-limit";

export interface ReactorOptions {
  /** Of its checkpoint, and of its spans. */
  readonly name: string;
  readonly eventStore: Pick<EventStore, "subscribeToAll">;
  readonly postgres: Pick<Postgres, "platform">;
  /** The events that ask for something. */
  readonly eventTypes: readonly string[];
  /** Requests that are worked on at once. */
  readonly atOnce: number;
  /** Does what an event asks for. It may be called again for the same event: after it threw, or another process died. */
  readonly work: (request: RecordedEvent) => Promise<void>;
  /** Told of each failure, counted from 1, before the next try; true gives the request up. */
  readonly onFailure: (request: RecordedEvent, failures: number, error: unknown) => Promise<boolean>;
  readonly logger: Logger;
}

export interface Following {
  /** Rejects when the history cannot be followed any more: the process must end. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const BACK_OFF_MS = { first: 100, most: 10_000 };
const SAVE_EVERY_MS = 1000;

/**
 * Does what each request in the history asks for, at least once. The checkpoint, in `platform.checkpoints`, does not
 * pass a request that is unfinished: whatever dies, the next process finishes what this one began.
 */
export async function followRequests(options: ReactorOptions): Promise<Following> {
  const { name, eventStore, postgres, eventTypes, work, onFailure, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const atOnce = limit(options.atOnce);
  const checkpoint = platformCheckpoint(postgres, name);
  let saved = await checkpoint.load();
  let seen = saved;
  /** For each unfinished request, the position before it, in order. */
  const unfinished = new Set<bigint>();
  const running = new Set<Promise<void>>();

  async function follow(): Promise<void> {
    for await (const delivery of eventStore.subscribeToAll({
      after: seen === 0n ? "start" : seen,
      eventTypes,
      signal,
    })) {
      if (delivery.kind === "checkpoint") seen = delivery.position;
      if (delivery.kind !== "event") continue;
      begin(delivery.event, seen);
      seen = delivery.event.position;
    }
  }

  function begin(request: RecordedEvent, before: bigint): void {
    unfinished.add(before);
    const working = finish(request).then((finished) => {
      running.delete(working);
      if (finished) unfinished.delete(before);
    });
    running.add(working);
  }

  /** Tries until it is done or given up; false if this process ends before. */
  async function finish(request: RecordedEvent): Promise<boolean> {
    const { traceparent } = (request.metadata ?? {}) as Partial<EventMetadata>;
    const attempt = () => continueTrace(traceparent, () => withSpan(name, {}, () => work(request)));
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await atOnce(attempt);
        return true;
      } catch (error) {
        logger.warn({ reactor: name, stream: request.stream, failures, err: error }, "a request failed");
        const givenUp = await onFailure(request, failures, error).catch((cause: unknown) => {
          logger.warn({ reactor: name, err: cause }, "a failure could not be told");
          return false;
        });
        if (givenUp) return true;
        const ms = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** Math.min(failures, 10));
        await setTimeout(ms, undefined, { signal }).catch(() => undefined);
      }
    }
    return false;
  }

  async function save(): Promise<void> {
    const [first = seen] = unfinished;
    if (first <= saved) return;
    await checkpoint.save(first);
    saved = first;
  }

  async function saveNowAndThen(): Promise<void> {
    for await (const _ of setInterval(SAVE_EVERY_MS, undefined, { signal })) {
      await save().catch((error: unknown) =>
        logger.warn({ reactor: name, err: error }, "the checkpoint could not be saved"),
      );
    }
  }

  const ended = follow();
  const saving = saveNowAndThen().catch(() => undefined);

  return {
    ended,
    async stop() {
      stopping.abort();
      await Promise.allSettled([ended, saving, ...running]);
      await save().catch(() => undefined);
    },
  };
}
