import {
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  type Filter,
  START,
  streamNameFilter,
} from "@eventstore/db-client";
import { recorded } from "./recorded.ts";
import type { Delivery, SubscribeOptions } from "./types.ts";

const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;
/** Deliveries taken off the wire ahead of the consumer; beyond them the server is made to wait. */
const AHEAD = 512;

/** Follows `$all`, opening a new subscription behind the last delivery whenever one drops; `onDrop` is told why. */
export async function* subscribeToAll(
  client: EventStoreDBClient,
  { after, streamPrefixes, eventTypes, signal }: SubscribeOptions,
  onDrop: (error: unknown) => void,
): AsyncGenerator<Delivery, void, undefined> {
  let last = after;
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      for await (const delivery of once(client, last, filterFor(streamPrefixes, eventTypes), signal)) {
        pause = FIRST_PAUSE_MS;
        yield delivery;
        if (delivery.kind === "event") last = delivery.event.position;
        if (delivery.kind === "checkpoint") last = delivery.position;
      }
    } catch (error) {
      if (!signal.aborted) onDrop(error);
    }
    if (signal.aborted) return;
    await wait(pause, signal);
    pause = Math.min(pause * 2, LAST_PAUSE_MS);
  }
}

/** One subscription, until it drops (throws) or the signal aborts (ends). */
async function* once(
  client: EventStoreDBClient,
  after: bigint | "start" | "end",
  filter: Filter,
  signal: AbortSignal,
): AsyncGenerator<Delivery, void, undefined> {
  const queue: Delivery[] = [];
  let wake = () => {};
  let failure: unknown;
  let ended = false;
  // The client tells of checkpoints and of having caught up when it reads them off the wire, of events when their
  // consumer takes them: what was read behind an event must not overtake it.
  const held: { behind: number; delivery: Delivery }[] = [];
  let taken = 0;
  const put = (delivery: Delivery) => {
    queue.push(delivery);
    if (queue.length >= AHEAD) subscription.pause();
    wake();
  };
  const putInOrder = (delivery: Delivery) => {
    if (subscription.readableLength === 0 && held.length === 0) put(delivery);
    else held.push({ behind: taken + subscription.readableLength, delivery });
  };
  const end = (error?: unknown) => {
    ended = true;
    failure ??= error;
    wake();
  };
  const subscription = client.subscribeToAll({
    fromPosition: after === "start" ? START : after === "end" ? END : { commit: after, prepare: after },
    filter,
  });
  const abort = () => end();
  signal.addEventListener("abort", abort, { once: true });
  filter.checkpointReached = async (_, { commit }) => putInOrder({ kind: "checkpoint", position: commit });
  subscription.on("data", ({ event, commitPosition }) => {
    taken++;
    if (event) put({ kind: "event", event: recorded(event, commitPosition) });
    while (held[0] && held[0].behind <= taken) put((held.shift() as { delivery: Delivery }).delivery);
  });
  subscription.on("caughtUp", () => putInOrder({ kind: "caught-up" }));
  subscription.on("error", end);
  subscription.on("end", () => end(new Error("the server ended the subscription")));
  try {
    for (;;) {
      if (signal.aborted) return;
      const delivery = queue.shift();
      if (delivery) {
        yield delivery;
        if (queue.length < AHEAD / 2 && subscription.isPaused()) subscription.resume();
      } else if (ended) {
        if (failure) throw failure;
        return;
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener("abort", abort);
    subscription.removeAllListeners("end");
    await subscription.unsubscribe().catch(() => {});
  }
}

/** The server's own events and those of other names never reach us. A filter is by stream or by type, never both. */
function filterFor(streamPrefixes: readonly string[] | undefined, eventTypes: readonly string[] | undefined): Filter {
  const often = { maxSearchWindow: 32, checkpointInterval: 32 };
  if (streamPrefixes) return streamNameFilter({ prefixes: [...streamPrefixes], ...often });
  return eventTypeFilter({ regex: eventTypes ? `^(${eventTypes.join("|")})$` : "^[^$].*", ...often });
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
