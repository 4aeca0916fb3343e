import {
  type DeskEvent,
  type EventMetadata,
  type InstrumentEvent,
  type InstrumentSpecification,
  instrumentEvents,
  type JsonObject,
  parseStream,
  type TenantEvent,
  type TenantId,
  type TenantTemplate,
  upcast,
} from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import type { Markets } from "./markets/markets.ts";
import type { PaperVenue } from "./paper-venue/paper-venue.ts";
import type { Desks } from "./reactors/desks.ts";
import type { Enforcement } from "./reactors/enforcement.ts";

export interface HistoryOptions {
  readonly eventStore: Pick<EventStore, "subscribeToAll" | "head">;
  readonly markets: Markets;
  readonly venue: PaperVenue;
  readonly desks: Desks;
  readonly enforcement: Enforcement;
  readonly signal: AbortSignal;
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
  /** Waits until what is in the store by now has been seen, at most 2 s: for what is asked of but not known yet. */
  catchUp(): Promise<void>;
}

const CATCH_UP_MS = 2000;

/** Follows the whole history for what this service decides by: tenants that are active, instruments, desks, open orders. */
export function followHistory({ eventStore, markets, venue, desks, enforcement, signal }: HistoryOptions): History {
  const active = new Set<TenantId>();
  const templates = new Map<TenantId, TenantTemplate>();
  const start = Promise.withResolvers<void>();
  const waiting = new Set<() => void>();
  let seen = 0n;

  async function follow(): Promise<void> {
    for await (const delivery of eventStore.subscribeToAll({ after: "start", signal })) {
      if (delivery.kind === "caught-up") {
        venue.open();
        enforcement.open();
        start.resolve();
        continue;
      }
      if (delivery.kind === "checkpoint") seen = delivery.position;
      else {
        const { event } = delivery;
        const stream = parseStream(event.stream);
        if (stream?.aggregate === "account") venue.apply(stream.tenant, event);
        if (stream?.aggregate === "desk") desks.apply({ type: event.type, data: event.data } as DeskEvent);
        if (stream?.aggregate === "account" || stream?.aggregate === "desk") enforcement.apply(stream.tenant, event);
        if (stream?.aggregate === "instrument") define(stream.tenant, event);
        if (stream?.aggregate === "tenant") apply({ type: event.type, data: event.data } as TenantEvent);
        seen = event.position;
      }
      for (const check of waiting) check();
    }
  }
  function define(tenant: TenantId, event: RecordedEvent): void {
    const { schema } = event.metadata as EventMetadata;
    const { type } = event;
    if (type !== ("InstrumentDefined" satisfies InstrumentEvent["type"])) return;
    const data = upcast(instrumentEvents, { type, data: event.data as JsonObject, schema });
    markets.of(tenant).define(data as unknown as InstrumentSpecification);
  }
  function apply({ type, data }: TenantEvent): void {
    if (type === "TenantRequested" || type === "TemplateChanged") templates.set(data.tenantId, data.template);
    if (type === "TenantActivated" || type === "TenantResumed") active.add(data.tenantId);
    if (type === "TenantSuspended") active.delete(data.tenantId);
  }
  const ended = follow();
  ended.catch(start.reject);

  return {
    caughtUp: start.promise,
    ended,
    isActive: (tenant) => active.has(tenant),
    isKnown: (tenant) => templates.has(tenant),
    mayTrade: (tenant) => templates.get(tenant) !== "basic",
    async catchUp() {
      const head = await eventStore.head();
      if (seen >= head) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = () => seen >= head && resolve();
      const deadline = setTimeout(resolve, CATCH_UP_MS);
      waiting.add(check);
      await promise;
      waiting.delete(check);
      clearTimeout(deadline);
    },
  };
}
