import type { SocketForm } from "@tradesage/contracts/socket";
import type { Connection } from "./connection.ts";
import type { TenantFeed } from "./feed.ts";
import { encodedAs } from "./price.ts";

/**
 * The prices of one client. While he keeps up he has joined the topics of what he wants, and uWebSockets.js sends him
 * what was encoded once for all. When he falls behind he leaves them, and is sent the newest of each key as he takes
 * it: as much memory as there are keys, however slow he is. Once he has all of them he joins again.
 */
export interface Prices {
  /** Sends the newest of the keys (all of the feed where left out) at once, then what changes. */
  add(feed: TenantFeed, keys: ReadonlySet<string> | undefined): { stop(): void };
  /** A message of a topic did not reach him, or he takes too little: to be called outside of uWebSockets.js's sending. */
  fallBehind(): void;
  /** He takes more. */
  flush(): void;
}

interface Wish {
  readonly feed: TenantFeed;
  readonly keys: ReadonlySet<string> | undefined;
  /** Keys that he has not the newest of, the longest waiting first; `undefined` while he keeps up. */
  missed?: Set<string>;
  listening?: { stop(): void };
}

export function createPrices(connection: Connection, form: SocketForm): Prices {
  const wishes = new Set<Wish>();
  let joined = new Set<string>();
  let isBehind = false;

  /** Joins what is wanted and not yet joined, and leaves what is not wanted any more. */
  function join(): void {
    const wanted = new Set(isBehind ? [] : [...wishes].flatMap(({ feed, keys }) => topicsOf(feed, keys)));
    for (const topic of joined) if (!wanted.has(topic)) connection.leave(topic);
    for (const topic of wanted) if (!joined.has(topic)) connection.join(topic);
    joined = wanted;
  }
  /** The topic of everything has what others of the same feed would bring again. */
  function topicsOf(feed: TenantFeed, keys: ReadonlySet<string> | undefined): readonly string[] {
    const isCovered = keys && [...wishes].some((other) => other.feed.newest === feed.newest && !other.keys);
    return isCovered ? [] : feed.topicsOf(form, keys);
  }

  const wantedOf = ({ feed, keys }: Wish) => [...feed.newest.keys()].filter((key) => keys?.has(key) ?? true);

  function miss(wish: Wish): void {
    const missed = new Set(wantedOf(wish));
    wish.missed = missed;
    wish.listening = wish.feed.onTurn((changed) => {
      for (const key of changed) if (wish.keys?.has(key) ?? true) missed.add(key);
      flush();
    });
  }

  function send(wish: Wish, key: string): void {
    const price = wish.feed.newest.get(key);
    if (price) connection.send(encodedAs(price, form));
  }

  function sendMissed(): boolean {
    for (const wish of wishes) {
      for (const key of wish.missed ?? []) {
        if (!connection.isWritable()) return false;
        wish.missed?.delete(key);
        send(wish, key);
      }
    }
    return connection.isWritable();
  }

  function flush(): void {
    if (!isBehind) return;
    let hasAll = false;
    connection.together(() => {
      hasAll = sendMissed();
    });
    if (!hasAll) return;
    isBehind = false;
    for (const wish of wishes) {
      wish.listening?.stop();
      delete wish.missed;
    }
    join();
  }

  function fallBehind(): void {
    if (isBehind) return;
    isBehind = true;
    join();
    for (const wish of wishes) miss(wish);
  }

  return {
    add(feed, keys) {
      const wish: Wish = { feed, keys };
      wishes.add(wish);
      if (isBehind || !connection.isWritable()) {
        if (isBehind) miss(wish);
        else fallBehind();
      } else {
        connection.together(() => {
          for (const key of wantedOf(wish)) send(wish, key);
        });
        join();
      }
      return {
        stop() {
          wish.listening?.stop();
          wishes.delete(wish);
          join();
          feed.release();
        },
      };
    },
    fallBehind,
    flush,
  };
}
