import { type Principal, refuse, type TenantId } from "@tradesage/contracts";
import {
  channels,
  type LosslessChannel,
  type SocketForm,
  type Subscribe,
  socketLimits,
} from "@tradesage/contracts/socket";
import type { EventStore } from "@tradesage/event-store";
import type { Bus } from "@tradesage/message-bus";
import { authorise } from "../access/session.ts";
import type { Connection } from "./connection.ts";
import type { Feed } from "./feed.ts";
import type { Feeds } from "./feeds.ts";
import type { FollowedStates } from "./followed-states.ts";
import type { Entry, History } from "./history.ts";
import { followLossless } from "./lossless.ts";
import { barKey } from "./price.ts";
import { createPrices } from "./prices.ts";
import { readSnapshot } from "./snapshot.ts";

export interface SubscriptionParts {
  readonly bus: Pick<Bus, "request">;
  readonly eventStore: Pick<EventStore, "readAll" | "head">;
  readonly history: History;
  readonly feeds: Feeds;
  readonly followedStates: FollowedStates;
}

/** What one client has subscribed to. */
export interface Subscriptions {
  /** Refuses SUBSCRIPTION_EXISTS, TOO_MANY_SUBSCRIPTIONS or FORBIDDEN. */
  add(wanted: Subscribe): Promise<void>;
  /** Refuses SUBSCRIPTION_NOT_FOUND. */
  remove(id: string): void;
  /** How far each lossless one has come. */
  positions(): Record<string, string>;
  /** The client takes more. */
  flush(): void;
  /** The client takes less than he is sent. */
  fallBehind(): void;
  stop(): void;
}

interface Subscription {
  readonly stop: () => void;
  readonly position?: () => bigint;
}

export interface SubscriptionOwner {
  readonly connection: Connection;
  readonly form: SocketForm;
  readonly tenant: TenantId;
  readonly principal: Principal;
  /** The history cannot be read for long. */
  readonly onFailure: (error: unknown) => void;
}

export function createSubscriptions(owner: SubscriptionOwner, parts: SubscriptionParts): Subscriptions {
  const { connection, form, tenant, principal, onFailure } = owner;
  const subscriptions = new Map<string, Subscription>();
  const prices = createPrices(connection, form);
  const states = createPrices(connection, "json");

  async function addLossless(wanted: Extract<Subscribe, { after?: unknown }>): Promise<void> {
    const { id, channel } = wanted;
    const snapshot = "snapshot" in wanted && wanted.snapshot && (await readSnapshot(parts.bus, tenant, wanted));
    const start = parts.history.position();
    const from = snapshot ? snapshot.position : wanted.after;
    const after = from === undefined ? start : BigInt(from);
    if (after > start) {
      // A position of a history that was restored or reset: what it was followed by is not known here.
      const head = await parts.eventStore.head();
      if (after > head) return connection.tell({ type: "resync", id, position: String(head) });
    }
    if (!connection.isOpen()) return;
    connection.tell({ type: "subscribed", id, channel, position: String(after) });
    if (snapshot) connection.tell({ type: "snapshot", id, position: snapshot.position, items: [...snapshot.items] });
    const shows = shownBy(channels[channel], wanted.accountId);
    const lossless = followLossless(connection, { id, tenant, after, shows }, { ...parts, onFailure });
    subscriptions.set(id, lossless);
  }

  function addPrices(id: string, channel: string, feed: Feed, keys: ReadonlySet<string> | undefined): void {
    connection.tell({ type: "subscribed", id, channel });
    subscriptions.set(id, prices.add(feed.open(tenant, form), keys));
  }

  async function addState({ id, channel, accountId }: Extract<Subscribe, { channel: "state" }>): Promise<void> {
    // It is listened to before it is asked for: the first one is published before the answer comes.
    const feed = parts.feeds.states.open(tenant, "json");
    let followed: { stop(): void };
    try {
      followed = await parts.followedStates.follow(tenant, accountId);
    } catch (error) {
      feed.release();
      throw error;
    }
    if (!connection.isOpen()) {
      followed.stop();
      return feed.release();
    }
    connection.tell({ type: "subscribed", id, channel });
    const sending = states.add(feed, new Set([accountId]));
    subscriptions.set(id, {
      stop() {
        sending.stop();
        followed.stop();
      },
    });
  }

  return {
    async add(wanted) {
      const { id, channel } = wanted;
      authorise(principal, channels[channel].roles);
      if (subscriptions.has(id)) refuse("SUBSCRIPTION_EXISTS");
      if (subscriptions.size >= socketLimits.subscriptions) refuse("TOO_MANY_SUBSCRIPTIONS");
      if (wanted.channel === "quotes")
        addPrices(id, channel, parts.feeds.quotes, wanted.symbols && new Set(wanted.symbols));
      else if (wanted.channel === "bars") {
        const { symbols, timeframe } = wanted;
        addPrices(id, channel, parts.feeds.bars, new Set(symbols.map((symbol) => barKey(symbol, timeframe))));
      } else if (wanted.channel === "state") await addState(wanted);
      else await addLossless(wanted);
    },
    remove(id) {
      const subscription = subscriptions.get(id) ?? refuse("SUBSCRIPTION_NOT_FOUND");
      subscription.stop();
      subscriptions.delete(id);
    },
    positions: () =>
      Object.fromEntries(
        [...subscriptions].flatMap(([id, { position }]) => (position ? [[id, String(position())]] : [])),
      ),
    flush() {
      for (const newest of [prices, states]) newest.flush();
    },
    fallBehind() {
      for (const newest of [prices, states]) newest.fallBehind();
    },
    stop() {
      for (const { stop } of subscriptions.values()) stop();
      subscriptions.clear();
    },
  };
}

function shownBy({ aggregate, events }: LosslessChannel, accountId: string | undefined): (entry: Entry) => boolean {
  const types = events && new Set(events);
  return (entry) =>
    (aggregate === undefined || entry.aggregate === aggregate) &&
    (types === undefined || types.has(entry.event)) &&
    (accountId === undefined || (entry.aggregate === "account" && entry.aggregateId === accountId));
}
