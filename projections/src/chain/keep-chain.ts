import { setInterval } from "node:timers/promises";
import { PLATFORM, parseStream, type TenantId } from "@tradesage/contracts";
import { isChained } from "@tradesage/event-chain";
import type { EventStore, KeptEvent } from "@tradesage/event-store";
import { type Postgres, platformCheckpoint } from "@tradesage/postgres";
import type { HeadSigner } from "@tradesage/secrets";
import type { Logger } from "@tradesage/telemetry";
import type { Follower } from "../follow-history.ts";
import { createTenantChain, RECORD, type TenantChain } from "./tenant-chain.ts";

export interface KeepChainOptions {
  readonly eventStore: EventStore;
  readonly postgres: Pick<Postgres, "platform">;
  readonly signer: HeadSigner;
  readonly logger: Logger;
  /** How long an event waits for others, at most. */
  readonly afterMs: number;
}

export interface ChainKeeper extends Follower {
  stop(): Promise<void>;
}

/** A tenant's events that are not in its chain yet. */
interface Waiting {
  /** Nothing waits up to here. */
  after: bigint;
  readonly since: number;
  count: number;
  last: bigint;
}

const LOOK_EVERY_MS = 1000;

/**
 * Records each tenant's chain as its history grows: as soon as a record is full, and an event after `afterMs`
 * at the latest. Several processes may do it: a record follows the one before, or is not written. What came between
 * its mark and what it is given it reads for itself.
 */
export async function keepChain(options: KeepChainOptions): Promise<ChainKeeper> {
  const { eventStore, postgres, signer, logger, afterMs } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lowWater = platformCheckpoint(postgres, "chain");
  const chains = new Map<TenantId, TenantChain>();
  const waiting = new Map<TenantId, Waiting>();
  const start = await lowWater.load();
  let saved = start;
  /** What was given, or read, up to here is marked; and so is all before it, once what lies before was read. */
  let seen = start;
  let isBegun = false;

  function chainOf(tenant: TenantId): TenantChain {
    const chain = chains.get(tenant) ?? createTenantChain({ eventStore, signer, tenant, signal });
    chains.set(tenant, chain);
    return chain;
  }

  /** The tenant of an event that belongs to a chain. */
  function mark({ stream, position }: KeptEvent): TenantId | undefined {
    if (position > seen) seen = position;
    const tenant = parseStream(stream)?.tenant;
    if (tenant === undefined || tenant === PLATFORM || !isChained(stream)) return undefined;
    const there = waiting.get(tenant) ?? { after: position - 1n, since: performance.now(), count: 0, last: position };
    waiting.set(tenant, there);
    there.count++;
    if (position > there.last) there.last = position;
    if (position <= there.after) there.after = position - 1n;
    return tenant;
  }

  async function begin(): Promise<void> {
    for await (const page of eventStore.readPages(start === 0n ? {} : { after: start })) {
      if (signal.aborted) return;
      page.forEach(mark);
    }
    isBegun = true;
  }

  async function extend(tenant: TenantId, marked: Waiting): Promise<void> {
    const upTo = await chainOf(tenant).extend();
    if (marked.last <= upTo) waiting.delete(tenant);
    else waiting.set(tenant, { after: upTo, since: performance.now(), count: 0, last: marked.last });
  }

  async function look(): Promise<void> {
    if (!isBegun) await begin();
    for (const [tenant, marked] of waiting) {
      if (signal.aborted) return;
      if (marked.count < RECORD && performance.now() - marked.since < afterMs) continue;
      await extend(tenant, marked).catch((error: unknown) =>
        logger.warn({ tenant, err: error }, "a tenant's chain could not be extended"),
      );
    }
    let floor = seen;
    for (const { after } of waiting.values()) if (after < floor) floor = after;
    if (floor <= saved) return;
    await lowWater.save(floor);
    saved = floor;
  }

  async function lookNowAndThen(): Promise<void> {
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal }))
      await look().catch((error: unknown) => logger.warn({ err: error }, "chains could not be kept; trying again"));
  }

  const looking = lookNowAndThen().catch(() => undefined);
  return {
    async take(delivery) {
      if (delivery.kind === "checkpoint" && delivery.position > seen) seen = delivery.position;
      if (delivery.kind !== "event" || delivery.event.position <= start) return;
      const tenant = mark(delivery.event);
      if (tenant !== undefined) chainOf(tenant).take(delivery.event);
    },
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
