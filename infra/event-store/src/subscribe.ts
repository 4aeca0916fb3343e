import type { Connection } from "./connection.ts";
import type { Delivery, RecordedEvent, SubscribeOptions } from "./types.ts";
import { readCall } from "./wire/read-call.ts";
import { subscriptionRequest } from "./wire/read-requests.ts";

const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;

/** Follows `$all`, opening a new subscription behind the last delivery whenever one drops; `onDrop` is told why. */
export async function* subscribeToAll<Event extends Pick<RecordedEvent, "position">>(
  { client, metrics }: Connection,
  { after, signal, ...wanted }: SubscribeOptions,
  decode: (bytes: Buffer) => readonly Delivery<Event>[],
  onDrop: (error: unknown) => void,
): AsyncGenerator<Delivery<Event>, void, undefined> {
  let last = after;
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      for await (const messages of readCall(client, subscriptionRequest(last, wanted), decode, { signal })) {
        pause = FIRST_PAUSE_MS;
        for (const message of messages) {
          if (signal.aborted) return;
          yield message;
          if (message.kind === "event") last = message.event.position;
          if (message.kind === "checkpoint") last = message.position;
        }
        metrics.delivered(messages);
      }
      onDrop(new Error("the server ended the subscription"));
    } catch (error) {
      if (!signal.aborted) onDrop(error);
    }
    if (signal.aborted) return;
    await wait(pause, signal);
    pause = Math.min(pause * 2, LAST_PAUSE_MS);
  }
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
