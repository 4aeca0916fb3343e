import { type FollowOptions, follow, type Update } from "@tradesage/client";
import { PATIENCE_MS } from "@tradesage/until";

type EventUpdate = Extract<Update, { type: "event" }>;

/** What one client of the socket has been sent. */
export interface Recording {
  /** Resolves when its subscription to events stands. */
  readonly open: Promise<void>;
  readonly updates: readonly Update[];
  readonly events: readonly EventUpdate[];
  /** Every symbol that any quote or bar was of. */
  symbols(): ReadonlySet<string>;
  /** The first event of a type, now or soon. */
  event(type: string, matches?: (event: EventUpdate) => boolean): Promise<EventUpdate>;
  stop(): Promise<void>;
}

/** Follows channels until stopped, keeping all that comes. */
export function record(options: Omit<FollowOptions, "signal">): Recording {
  const stopped = new AbortController();
  const updates: Update[] = [];
  const events: EventUpdate[] = [];
  const waiting = new Set<() => void>();
  const opened = Promise.withResolvers<void>();

  const finished = (async () => {
    for await (const update of follow({ ...options, signal: stopped.signal })) {
      updates.push(update);
      if (update.type === "subscribed" && update.channel === "events") opened.resolve();
      if (update.type === "event") events.push(update);
      for (const look of waiting) look();
    }
  })();

  return {
    open: opened.promise,
    updates,
    events,
    symbols: () => new Set(updates.flatMap((update) => ("symbol" in update ? [update.symbol] : []))),
    event: (type, matches = () => true) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find((event) => event.event === type && matches(event));
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no ${type} came; there were: ${events.map(({ event }) => event).join(", ") || "none"}`));
        }, PATIENCE_MS);
        waiting.add(look);
        look();
      }),
    async stop() {
      stopped.abort();
      await finished;
    },
  };
}
