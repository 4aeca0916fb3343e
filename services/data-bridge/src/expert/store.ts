import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "@tradesage/contracts";
import { type Bus, BusUnavailable, DeadlineExceeded } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";

/** Puts what an expert tells where it survives. */
export interface Store {
  /** Until it is stored or the expert is gone; one after the other. `onStored` is called once it is on disk. */
  surely(subject: string, evidence: Evidence, onStored: () => void): void;
  /** Once: another one follows soon, and is the better. */
  newest(subject: string, evidence: Evidence): void;
  /** Waits for what is under way, and tries no more. */
  stop(): Promise<void>;
}

const PAUSE_MS = { first: 100, most: 5_000 };

export function createStore(bus: Pick<Bus, "publishDurable">, logger: Logger): Store {
  const stopping = new AbortController();
  const { signal } = stopping;
  const under = new Set<Promise<unknown>>();
  let storing: Promise<unknown> = Promise.resolve();
  const track = (work: Promise<unknown>) => {
    under.add(work);
    void work.finally(() => under.delete(work));
  };

  async function untilStored(subject: string, payload: Uint8Array): Promise<boolean> {
    for (let pause = PAUSE_MS.first; !signal.aborted; pause = Math.min(2 * pause, PAUSE_MS.most)) {
      try {
        await bus.publishDurable(subject, payload);
        return true;
      } catch (error) {
        if (!isPassing(error)) throw error;
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    }
    return false;
  }

  return {
    surely(subject, evidence, onStored) {
      const payload = Buffer.from(JSON.stringify(evidence));
      storing = storing
        .then(() => untilStored(subject, payload))
        .then((isStored) => isStored && onStored())
        .catch((error: unknown) => logger.error({ err: error, subject }, "a report could not be stored"));
      track(storing);
    },
    newest(subject, evidence) {
      const storing = bus
        .publishDurable(subject, Buffer.from(JSON.stringify(evidence)))
        .catch((error: unknown) => logger.warn({ err: error, subject }, "a snapshot could not be stored"));
      track(storing);
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(under);
    },
  };
}

const isPassing = (error: unknown) => error instanceof BusUnavailable || error instanceof DeadlineExceeded;
