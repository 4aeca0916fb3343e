import { connectLive, type LiveOptions, type Update, type Wanted } from "./live.ts";

export interface FollowOptions extends Omit<LiveOptions, "onState"> {
  readonly subscriptions: readonly Wanted[];
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** Told when the connection stands or has gone; `reason` is the close code's. */
  readonly onConnection?: (state: "open" | "lost", reason?: string) => void;
}

/** A consumer this far behind loses its connection until it has caught up, instead of growing a queue. */
const MAX_PENDING = 10_000;

/**
 * Follows channels over one socket, connecting again by itself. Lossless channels continue behind the last event that
 * was handed out: no gap, no repeat. Throws `Refused` when a subscription or the token is refused, and ends quietly
 * when `signal` aborts.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<Update, void, undefined> {
  const { subscriptions, signal, onConnection } = options;
  const pending: Update[] = [];
  let failure: Error | undefined;
  let isPaused = false;
  let wake = () => {};

  const live = connectLive({
    ...options,
    onState(state) {
      if (state.is === "open") onConnection?.("open");
      else if (state.is === "lost") onConnection?.("lost", state.reason);
      else if (state.is === "refused") fail(state.error);
    },
  });
  const fail = (error: Error) => {
    failure = error;
    wake();
  };
  const onUpdate = (update: Update) => {
    isPaused ||= pending.push(update) > MAX_PENDING;
    if (isPaused) live.pause();
    wake();
  };
  const onAbort = () => wake();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for (const wanted of subscriptions) live.subscribe(wanted, { onUpdate, onRefused: fail });
    while (!signal?.aborted) {
      const update = pending.shift();
      if (update !== undefined) yield update;
      else if (failure !== undefined) throw failure;
      else if (isPaused) {
        isPaused = false;
        live.resume();
      } else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    live.close();
  }
}
