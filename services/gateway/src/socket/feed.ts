import type { TenantId } from "@tradesage/contracts";
import type { SocketForm } from "@tradesage/contracts/socket";
import type { Bus } from "@tradesage/message-bus";
import { binaryOf, jsonOf, keyOf, type NewestMessage, type Price } from "./price.ts";

export interface FeedSource {
  /** Names the feed among the topics of uWebSockets.js. */
  readonly name: string;
  readonly subjectOf: (tenant: TenantId) => string;
  /** What a bus message says; `undefined` for what is not to be shown. */
  readonly read: (subject: string, payload: Uint8Array) => NewestMessage | undefined;
  /** What was the newest before the first client came. */
  readonly seed?: (tenant: TenantId) => Promise<readonly NewestMessage[]>;
}

/** Sends one message to all clients that have joined a topic: uWebSockets.js does it, without a turn in JavaScript. */
export type Publish = (topic: string, message: string | Uint8Array, isBinary: boolean) => void;

/** The prices of one tenant, the newest of each key, published at most once a turn of the event loop. */
export interface TenantFeed {
  readonly newest: ReadonlyMap<string, Price>;
  /** The topics that bring these keys, or all. */
  topicsOf(form: SocketForm, keys: ReadonlySet<string> | undefined): readonly string[];
  /** Tells which keys have changed, after each turn's publishing. */
  onTurn(listener: (keys: Iterable<string>) => void): { stop(): void };
  /** Whoever opened it goes. */
  release(): void;
}

/** Newest-wins prices of tenants from the bus, taken only for tenants that somebody watches. */
export interface Feed {
  /** Opens a tenant's prices for a client of this form. */
  open(tenant: TenantId, form: SocketForm): TenantFeed;
}

export function createFeed(bus: Pick<Bus, "subscribe">, publish: Publish, source: FeedSource): Feed {
  const watched = new Map<TenantId, ReturnType<typeof watch>>();

  function watch(tenant: TenantId) {
    const newest = new Map<string, Price>();
    const holders = { json: 0, binary: 0 };
    const listeners = new Set<(keys: Iterable<string>) => void>();
    let changed = new Set<string>();
    const topic = (form: SocketForm, key: string) => `${source.name} ${tenant} ${form} ${key}`;
    const everything = { json: topic("json", ""), binary: topic("binary", "") };

    function take(message: NewestMessage): void {
      const key = keyOf(message);
      newest.set(key, { message });
      if (changed.size === 0) setImmediate(turn);
      changed.add(key);
    }
    function turn(): void {
      const keys = changed;
      changed = new Set();
      const records: Uint8Array[] = [];
      for (const key of keys) {
        const price = newest.get(key);
        if (!price) continue;
        if (holders.json > 0) {
          publish(topic("json", key), jsonOf(price), false);
          publish(everything.json, jsonOf(price), false);
        }
        if (holders.binary > 0) {
          publish(topic("binary", key), binaryOf(price), true);
          records.push(binaryOf(price));
        }
      }
      if (records.length > 0) publish(everything.binary, Buffer.concat(records), true);
      for (const listener of listeners) listener(keys);
    }

    const subscription = bus.subscribe(source.subjectOf(tenant), (subject, payload) => {
      const message = source.read(subject, payload);
      if (message) take(message);
    });
    const seeding = source.seed?.(tenant) ?? Promise.resolve([]);
    seeding.then(
      (messages) => {
        for (const message of messages) if (!newest.has(keyOf(message))) take(message);
      },
      // Without the older ones the feed begins with what comes now.
      () => {},
    );
    return { newest, holders, listeners, topic, everything, subscription };
  }

  return {
    open(tenant, form) {
      const entry = watched.get(tenant) ?? watch(tenant);
      watched.set(tenant, entry);
      entry.holders[form]++;
      return {
        newest: entry.newest,
        topicsOf: (ofForm, keys) =>
          keys ? Array.from(keys, (key) => entry.topic(ofForm, key)) : [entry.everything[ofForm]],
        onTurn(listener) {
          entry.listeners.add(listener);
          return { stop: () => entry.listeners.delete(listener) };
        },
        release() {
          entry.holders[form]--;
          if (entry.holders.json + entry.holders.binary > 0) return;
          watched.delete(tenant);
          entry.subscription.stop();
        },
      };
    },
  };
}
