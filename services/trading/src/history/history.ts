import {
  type DeskEvent,
  type EventMetadata,
  type InstrumentSpecification,
  instrumentEvents,
  type JsonObject,
  parseStream,
  refuse,
  type TenantEvent,
  type TenantId,
  type TenantTemplate,
  upcast,
} from "@tradesage/contracts";
import { type EventStore, EventStoreUnavailable, type RecordedEvent } from "@tradesage/event-store";
import type { Markets } from "../markets/markets.ts";
import type { Desks } from "../reactors/desks.ts";
import type { Enforcement } from "../reactors/enforcement.ts";
import type { Holds } from "../reactors/holds.ts";
import type { RiskWatch } from "../reactors/risk-watch.ts";
import type { RolloverReactor } from "../reactors/rollover.ts";
import type { Venue } from "../venues/venue.ts";
import type { HistorySnapshots } from "./history-snapshot.ts";
import { createStillNeeded, followedTypes } from "./still-needed.ts";

export interface HistoryOptions {
  readonly eventStore: Pick<EventStore, "subscribeToAll" | "readStream">;
  readonly snapshots: HistorySnapshots;
  readonly markets: Markets;
  readonly venue: Venue;
  readonly desks: Desks;
  readonly enforcement: Enforcement;
  readonly holds: Holds;
  readonly rollover: RolloverReactor;
  readonly riskWatch: RiskWatch;
  readonly signal: AbortSignal;
  /** Events from one snapshot to the next; 20,000 if not said. */
  readonly snapshotEvery?: number;
}

export interface History {
  /** Resolves when everything that was there at the start has been seen. */
  readonly caughtUp: Promise<void>;
  /** Ends when `signal` says so, or rejects: the history cannot be followed. */
  readonly ended: Promise<void>;
  isActive(tenant: TenantId): boolean;
  isKnown(tenant: TenantId): boolean;
  /** Whether the tenant's template has accounts and orders. */
  mayTrade(tenant: TenantId): boolean;
  /**
   * Sees what is by now in the stream of a tenant, a desk or an instrument: for what is asked of but not known yet.
   * @throws Refused UNAVAILABLE
   */
  catchUp(stream: string): Promise<void>;
}

/** A checkpoint of a subscription comes when so many events were passed over. */
const PASSED_OVER = 1024;

/**
 * Follows the history for what this service decides by: tenants that are active or held, instruments, desks, open orders, stops.
 * It begins with what a snapshot says is needed still of the history before it, else with the first event.
 */
export function followHistory(options: HistoryOptions): History {
  const { eventStore, snapshots, markets, venue, desks, enforcement, holds, riskWatch, rollover, signal } = options;
  const { snapshotEvery = 20_000 } = options;
  const active = new Set<TenantId>();
  const templates = new Map<TenantId, TenantTemplate>();
  const start = Promise.withResolvers<void>();
  /** The newest revision seen of each stream that may be read ahead. */
  const revisions = new Map<string, bigint>();
  const stillNeeded = createStillNeeded();

  async function follow(): Promise<void> {
    const before = await snapshots.newest();
    for (const event of before?.events ?? []) take(event);
    let last = before?.last;
    let since = 0;
    let keeping: Promise<void> | undefined;
    let isOpen = false;
    const keep = (position: bigint) => {
      if (since < snapshotEvery || keeping || !last) return;
      since = 0;
      keeping = snapshots.keep({ position, last, events: stillNeeded.events() }).finally(() => {
        keeping = undefined;
      });
    };
    const from = { after: before?.position ?? ("start" as const), eventTypes: followedTypes, signal };
    for await (const delivery of eventStore.subscribeToAll(from)) {
      switch (delivery.kind) {
        case "caught-up":
          // It is said anew when a subscription was dropped.
          if (isOpen) break;
          isOpen = true;
          venue.open();
          enforcement.open();
          rollover.open();
          riskWatch.open();
          start.resolve();
          break;
        case "checkpoint":
          since += PASSED_OVER;
          keep(delivery.position);
          break;
        case "event":
          last = delivery.event;
          since++;
          take(last);
          keep(last.position);
      }
    }
    await keeping;
  }
  function take(event: RecordedEvent): void {
    stillNeeded.take(event);
    apply(event);
  }
  function apply(event: RecordedEvent): void {
    const stream = parseStream(event.stream);
    if (!stream) return;
    const { tenant, aggregate } = stream;
    rollover.reach(Date.parse((event.metadata as EventMetadata).at));
    if (aggregate === "account") {
      venue.apply(tenant, event);
      enforcement.apply(tenant, event);
      rollover.apply(tenant, event);
      riskWatch.apply(tenant, event);
      return;
    }
    if (event.revision <= (revisions.get(event.stream) ?? -1n)) return;
    revisions.set(event.stream, event.revision);
    if (aggregate === "desk") {
      desks.apply({ type: event.type, data: event.data } as DeskEvent);
      enforcement.apply(tenant, event);
      rollover.apply(tenant, event);
    }
    if (aggregate === "backups") holds.apply(tenant, event);
    if (aggregate === "instrument") define(tenant, event);
    if (aggregate === "tenant") applyTenant({ type: event.type, data: event.data } as TenantEvent);
  }
  function define(tenant: TenantId, { type, data, metadata }: RecordedEvent): void {
    const { schema } = metadata as EventMetadata;
    const specification = upcast(instrumentEvents, { type, data: data as JsonObject, schema });
    markets.of(tenant).define(specification as unknown as InstrumentSpecification);
  }
  function applyTenant({ type, data }: TenantEvent): void {
    if (type === "TenantRequested" || type === "TemplateChanged") templates.set(data.tenantId, data.template);
    if (type === "TenantActivated" || type === "TenantResumed") active.add(data.tenantId);
    if (type === "TenantSuspended") active.delete(data.tenantId);
    if (type === "TenantDeletionBegun")
      for (const part of [venue, enforcement, rollover, desks, markets]) part.forget(data.tenantId);
  }
  const ended = follow();
  ended.catch(start.reject);

  return {
    caughtUp: start.promise,
    ended,
    isActive: (tenant) => active.has(tenant),
    isKnown: (tenant) => templates.has(tenant),
    mayTrade: (tenant) => templates.get(tenant) !== "basic",
    async catchUp(stream) {
      try {
        for await (const event of eventStore.readStream(stream, { from: (revisions.get(stream) ?? -1n) + 1n }))
          if (followedTypes.includes(event.type)) apply(event);
      } catch (error) {
        if (error instanceof EventStoreUnavailable) return refuse("UNAVAILABLE");
        throw error;
      }
    },
  };
}
