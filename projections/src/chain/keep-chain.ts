import { setInterval } from "node:timers/promises";
import { PLATFORM, parseStream, type TenantId } from "@tradesage/contracts";
import { isChained } from "@tradesage/event-chain";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import { type Postgres, platformCheckpoint } from "@tradesage/postgres";
import type { HeadSigner } from "@tradesage/secrets";
import type { Logger } from "@tradesage/telemetry";
import { RECORD, recordChain } from "./record-chain.ts";

export interface KeepChainOptions {
  readonly eventStore: EventStore;
  readonly postgres: Pick<Postgres, "platform">;
  readonly signer: HeadSigner;
  readonly logger: Logger;
  /** How long an event waits for others, at most. */
  readonly afterMs: number;
}

export interface ChainKeeper {
  /** Rejects when the history cannot be followed any more: the process must end. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A tenant's events that are not in its chain yet. */
interface Waiting {
  /** Nothing waits up to here. */
  readonly after: bigint;
  readonly since: number;
  count: number;
  last: bigint;
}

const LOOK_EVERY_MS = 1000;

/**
 * Records each tenant's chain as its history grows: as soon as a record is full, and an event after `afterMs`
 * at the latest. Several processes may do it: a record follows the one before, or is not written.
 */
export async function keepChain(options: KeepChainOptions): Promise<ChainKeeper> {
  const { eventStore, postgres, signer, logger, afterMs } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lowWater = platformCheckpoint(postgres, "chain");
  const waiting = new Map<TenantId, Waiting>();
  let seen = await lowWater.load();

  async function follow(): Promise<void> {
    for await (const delivery of eventStore.subscribeToAll({ after: seen === 0n ? "start" : seen, signal })) {
      if (delivery.kind === "caught-up") continue;
      if (delivery.kind === "event") mark(delivery.event);
      seen = delivery.kind === "event" ? delivery.event.position : delivery.position;
    }
  }

  function mark({ stream, position }: RecordedEvent): void {
    const tenant = parseStream(stream)?.tenant;
    if (tenant === undefined || tenant === PLATFORM || !isChained(stream)) return;
    const there = waiting.get(tenant) ?? { after: position - 1n, since: performance.now(), count: 0, last: position };
    waiting.set(tenant, there);
    there.count++;
    there.last = position;
  }

  async function extend(tenant: TenantId, marked: Waiting): Promise<void> {
    const upTo = await recordChain(eventStore, signer, tenant, signal);
    if (marked.last <= upTo) waiting.delete(tenant);
    else waiting.set(tenant, { after: upTo, since: performance.now(), count: 0, last: marked.last });
  }

  async function look(): Promise<void> {
    for (const [tenant, marked] of waiting) {
      if (signal.aborted) break;
      if (marked.count < RECORD && performance.now() - marked.since < afterMs) continue;
      await extend(tenant, marked).catch((error: unknown) =>
        logger.warn({ tenant, err: error }, "a tenant's chain could not be extended"),
      );
    }
    let floor = seen;
    for (const { after } of waiting.values()) if (after < floor) floor = after;
    await lowWater.save(floor);
  }

  async function lookNowAndThen(): Promise<void> {
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal }))
      await look().catch((error: unknown) => logger.warn({ err: error }, "how far chains are could not be saved"));
  }

  const ended = follow();
  const looking = lookNowAndThen().catch(() => undefined);
  return {
    ended,
    async stop() {
      stopping.abort();
      await Promise.allSettled([ended, looking]);
    },
  };
}
