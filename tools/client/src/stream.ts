import { Refused } from "@tradesage/contracts";
import { closeCodes, ServerMessage, SOCKET_PATH, type Subscribe } from "@tradesage/contracts/socket";
import { ApiUnavailable } from "./http.ts";

/** What a follower receives: prices, bars and events, and when a subscription stands or must begin anew. */
export type Update = Extract<ServerMessage, { type: "quote" | "bar" | "event" | "subscribed" | "resync" }>;

export interface FollowOptions {
  /** Where the gateway is: `http://127.0.0.1:7400`. */
  readonly url: string;
  /** A signed token, or what fetches one for each connection. */
  readonly token: string | (() => Promise<string>);
  readonly subscriptions: readonly Omit<Subscribe, "type">[];
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** Told when the connection stands or has gone; `reason` is the close code's. */
  readonly onConnection?: (state: "open" | "lost", reason?: string) => void;
}

/** A consumer this far behind gets a new connection once it has caught up, instead of a growing queue. */
const MAX_PENDING = 10_000;
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;
/** The server is never silent for longer than its heartbeat (15 s). */
const SILENCE_MS = 40_000;
/** Closings after which another attempt with the same token cannot end better. */
const hopeless = new Set([4400, 4401, 4403]);

/**
 * Follows channels over one socket, connecting again by itself. Lossless channels continue behind the last event that
 * was handed out: no gap, no repeat. Throws `Refused` when a subscription or the token is refused, and ends quietly
 * when `signal` aborts.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<Update, void, undefined> {
  const last = new Map<string, string>();
  let pause = FIRST_PAUSE_MS;
  while (!options.signal?.aborted) {
    const token = typeof options.token === "string" ? options.token : await options.token();
    const connection = connect(options, token, last);
    try {
      for await (const update of connection.updates()) {
        pause = FIRST_PAUSE_MS;
        if (update.type === "event" || update.type === "resync") last.set(update.id, update.position);
        if (update.type === "subscribed" && update.position !== undefined && !last.has(update.id))
          last.set(update.id, update.position);
        yield update;
      }
    } finally {
      connection.close();
    }
    await wait(pause, options.signal);
    pause = Math.min(pause * 2, LAST_PAUSE_MS);
  }
}

interface Connection {
  updates(): AsyncGenerator<Update, void, undefined>;
  close(): void;
}

function connect(options: FollowOptions, token: string, last: ReadonlyMap<string, string>): Connection {
  const socket = new WebSocket(new URL(SOCKET_PATH, options.url.replace(/^http/, "ws")));
  const pending: Update[] = [];
  let wake = () => {};
  let ended = false;
  let failure: Error | undefined;
  const silence = setTimeout(() => end("silent"), SILENCE_MS);

  const end = (reason?: string, error?: Error) => {
    if (ended) return;
    ended = true;
    failure = error;
    clearTimeout(silence);
    options.signal?.removeEventListener("abort", abort);
    socket.close();
    options.onConnection?.("lost", reason);
    wake();
  };
  const abort = () => end("aborted");
  options.signal?.addEventListener("abort", abort, { once: true });

  const take = (message: ServerMessage) => {
    switch (message.type) {
      case "authenticated":
        options.onConnection?.("open");
        for (const subscription of options.subscriptions) {
          const after = last.get(subscription.id);
          socket.send(JSON.stringify({ ...subscription, type: "subscribe", ...(after !== undefined && { after }) }));
        }
        return;
      case "error":
        if (message.id !== undefined) end(message.code, new Refused(message.code, message.detail));
        return;
      case "quote":
      case "bar":
      case "event":
      case "subscribed":
      case "resync":
        if (pending.push(message) > MAX_PENDING) end("consumer too slow");
        wake();
        return;
      case "heartbeat":
      case "pong":
      case "unsubscribed":
        return;
    }
  };

  socket.onopen = () => socket.send(JSON.stringify({ type: "authenticate", token }));
  socket.onmessage = ({ data }) => {
    silence.refresh();
    const parsed = ServerMessage.safeParse(JSON.parse(String(data)));
    if (parsed.success) take(parsed.data);
    else
      end(
        "unknown message",
        new ApiUnavailable("the socket sent a message that is not documented", { cause: parsed.error }),
      );
  };
  socket.onerror = () => end("unreachable");
  socket.onclose = ({ code, reason }) => {
    const known = closeCodes[code as keyof typeof closeCodes];
    end(reason || String(code), hopeless.has(code) && known ? refusal(known) : undefined);
  };

  async function* updates() {
    for (;;) {
      const update = pending.shift();
      if (update !== undefined) yield update;
      else if (failure !== undefined) throw failure;
      else if (ended) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return { updates, close: () => end() };
}

function refusal({ reason, meaning }: (typeof closeCodes)[keyof typeof closeCodes]): Refused {
  return new Refused(reason === "" || reason === "GOING_AWAY" ? "UNAVAILABLE" : reason, meaning);
}

function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
    if (signal?.aborted) done();
  });
}
