import { type EventMetadata, parseStream, type TenantId } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";

/** One event as the socket shows it. */
export interface Entry {
  readonly position: bigint;
  readonly tenant: TenantId;
  readonly aggregate: string;
  readonly aggregateId: string;
  readonly event: string;
  /** All members of its message but `type` and `id`, as JSON without the opening brace: written once, when it is first asked for, sent to many. */
  readonly members: string;
}

/** An event as an entry; `undefined` for what belongs to no tenant. */
export function entryOf(recorded: RecordedEvent): Entry | undefined {
  const parsed = parseStream(recorded.stream);
  if (!parsed) return undefined;
  const { tenant, aggregate, id: aggregateId } = parsed;
  const { position, type } = recorded;
  let members: string | undefined;
  return {
    ...{ position, tenant, aggregate, aggregateId, event: type },
    get members() {
      members ??= membersOf(recorded, aggregate, aggregateId);
      return members;
    },
  };
}

function membersOf(
  { position, revision, type, at, data, metadata }: RecordedEvent,
  aggregate: string,
  aggregateId: string,
): string {
  const { actor, correlation } = (metadata ?? {}) as Partial<EventMetadata>;
  const message = {
    position: String(position),
    event: type,
    aggregate,
    aggregateId,
    revision: String(revision),
    at: at.toISOString(),
    actor,
    correlation,
    data,
  };
  return JSON.stringify(message).slice(1);
}

/**
 * The newest part of the whole history, in memory: one live subscription a gateway, whatever the number of clients.
 * A client who is not further back than this reads here; others read from the event store until they are. Of a tenant
 * whom nobody listens to nothing is kept: what lives that long costs more than all else that is done with an event.
 */
export interface History {
  /** Every event up to here was seen. */
  position(): bigint;
  /** A tenant's entries after a position; `undefined` if some of them may not be in memory. */
  after(tenant: TenantId, position: bigint): readonly Entry[] | undefined;
  /** Keeps what comes of a tenant from now on, and tells of each new event once it can be read. */
  onEvent(tenant: TenantId, listener: () => void): { stop(): void };
  /** Whether the live subscription stands. */
  isLive(): boolean;
}

export interface HistoryOptions {
  readonly signal: AbortSignal;
  /** Entries kept at least, of all who are listened to together. */
  readonly length?: number;
  /** Told of every event, of tenants or not. */
  readonly onEvery: (event: RecordedEvent) => void;
  /** The subscription ended, which it does only when it cannot go on. */
  readonly onEnd: (error: unknown) => void;
}

/** How long a tenant's events are still kept when nobody listens any more: who was cut off comes back. */
const KEPT_FOR_MS = 60_000;

interface Followed {
  /** What came after this has been kept. */
  readonly since: bigint;
  readonly listeners: Set<() => void>;
}

export async function followHistory(eventStore: EventStore, options: HistoryOptions): Promise<History> {
  const { signal, length = 4096, onEvery, onEnd } = options;
  let entries: Entry[] = [];
  /** All entries after this are in memory. */
  let floor = await eventStore.head();
  let position = floor;
  let live = true;
  const followed = new Map<TenantId, Followed>();

  function take(event: RecordedEvent): void {
    position = event.position;
    onEvery(event);
    const entry = followed.size > 0 ? entryOf(event) : undefined;
    const own = entry && followed.get(entry.tenant);
    if (!own) return;
    if (entries.push(entry) >= 2 * length) {
      floor = entries[length - 1]?.position ?? floor;
      entries = entries.slice(length);
    }
    for (const listener of own.listeners) listener();
  }

  function forget(tenant: TenantId): void {
    if (followed.get(tenant)?.listeners.size === 0) followed.delete(tenant);
    if (followed.size === 0) entries = [];
  }

  async function follow(): Promise<void> {
    for await (const delivery of eventStore.subscribeToAll({ after: floor, signal })) {
      if (delivery.kind === "event") take(delivery.event);
      else if (delivery.kind === "checkpoint" && delivery.position > position) position = delivery.position;
    }
    if (!signal.aborted) throw new Error("the live subscription ended");
  }
  follow().catch((error: unknown) => {
    live = false;
    if (!signal.aborted) onEnd(error);
  });

  return {
    position: () => position,
    isLive: () => live,
    after(tenant, cursor) {
      const own = followed.get(tenant);
      if (!own || cursor < own.since || cursor < floor) return undefined;
      return entries.slice(firstAfter(entries, cursor)).filter((entry) => entry.tenant === tenant);
    },
    onEvent(tenant, listener) {
      const own = followed.get(tenant) ?? { since: position, listeners: new Set() };
      followed.set(tenant, own);
      own.listeners.add(listener);
      return {
        stop() {
          own.listeners.delete(listener);
          if (own.listeners.size === 0) setTimeout(forget, KEPT_FOR_MS, tenant).unref();
        },
      };
    },
  };
}

/** Index of the first entry behind a position, by halving. */
function firstAfter(entries: readonly Entry[], position: bigint): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.position ?? 0n) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
