import type { TenantId } from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";

/** One message of a feed: of the same key, the newer replaces the older. */
export interface Update {
  readonly key: string;
  readonly message: string;
}

export interface FeedSource {
  readonly subjectOf: (tenant: TenantId) => string;
  /** What a bus message says; `undefined` for what is not to be shown. */
  readonly read: (subject: string, payload: Uint8Array) => Update | undefined;
  /** What was the newest before the first client came. */
  readonly seed?: (tenant: TenantId) => Promise<readonly Update[]>;
}

type FeedListener = (updates: ReadonlyMap<string, string>) => void;

/** Newest-wins messages of tenants from the bus, taken only for tenants that somebody watches. */
export interface Feed {
  /** Tells `listener` the newest of every key at once, then what changes, at most once a turn of the event loop. */
  follow(tenant: TenantId, listener: FeedListener): { stop(): void };
}

export function createFeed(bus: Pick<Bus, "subscribe">, source: FeedSource): Feed {
  const watched = new Map<TenantId, ReturnType<typeof watch>>();

  function watch(tenant: TenantId) {
    const listeners = new Set<FeedListener>();
    const newest = new Map<string, string>();
    let changed = new Map<string, string>();

    function take({ key, message }: Update): void {
      newest.set(key, message);
      if (changed.size === 0) setImmediate(tellAll);
      changed.set(key, message);
    }
    function tellAll(): void {
      const updates = changed;
      changed = new Map();
      for (const listener of listeners) listener(updates);
    }

    const subscription = bus.subscribe(source.subjectOf(tenant), (subject, payload) => {
      const update = source.read(subject, payload);
      if (update) take(update);
    });
    const seeding = source.seed?.(tenant) ?? Promise.resolve([]);
    seeding.then(
      (updates) => {
        for (const update of updates) if (!newest.has(update.key)) take(update);
      },
      // Without the older ones the feed begins with what comes now.
      () => {},
    );
    return { listeners, newest, subscription };
  }

  return {
    follow(tenant, listener) {
      const entry = watched.get(tenant) ?? watch(tenant);
      watched.set(tenant, entry);
      entry.listeners.add(listener);
      if (entry.newest.size > 0) listener(entry.newest);
      return {
        stop() {
          entry.listeners.delete(listener);
          if (entry.listeners.size > 0 || watched.get(tenant) !== entry) return;
          watched.delete(tenant);
          entry.subscription.stop();
        },
      };
    },
  };
}
