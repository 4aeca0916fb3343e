import type { Delivery, EventStore, KeptEvent } from "@tradesage/event-store";

/** Somebody who takes the whole history, in order. */
export interface Follower {
  /** Takes what comes next. Nobody gets more before what this gives resolves. */
  take(delivery: Delivery<KeptEvent>): Promise<void>;
}

export interface FollowOptions {
  readonly eventStore: Pick<EventStore, "subscribeAsKept">;
  /** The last position that all of them have dealt with. */
  readonly after: bigint;
  readonly followers: readonly Follower[];
}

export interface Following {
  /** Rejects when the history cannot be followed any more: the process must end. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Follows the history by one subscription for all who take it: each event comes once, as it is kept. */
export function followHistory({ eventStore, after, followers }: FollowOptions): Following {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function follow(): Promise<void> {
    for await (const delivery of eventStore.subscribeAsKept({ after: after === 0n ? "start" : after, signal }))
      for (const follower of followers) await follower.take(delivery);
  }

  const ended = follow();
  return {
    ended,
    async stop() {
      stopping.abort();
      await Promise.allSettled([ended]);
    },
  };
}
