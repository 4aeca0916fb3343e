import { type Principal, Refused } from "@tradesage/contracts";
import {
  type CloseCode,
  closeCodes,
  decodePrices,
  ServerMessage,
  SOCKET_PATH,
  type SocketForm,
  type Subscribe,
  subprotocols,
} from "@tradesage/contracts/socket";
import { ApiUnavailable } from "./http.ts";

type MessageOf<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>;

/** What a subscription is told: prices, bars and events, and when it stands or must begin anew from a picture. */
export type Update = MessageOf<"quote" | "bar" | "state" | "event" | "subscribed" | "snapshot" | "resync">;

type WithoutId<Message> = Message extends unknown ? Omit<Message, "type" | "id"> : never;
/** What to subscribe to; the connection names it itself. */
export type Wanted = WithoutId<Subscribe>;

/** How the connection stands. `lost` is followed by another attempt, `refused` is the end. */
export type LiveState =
  | { readonly is: "connecting" }
  | { readonly is: "open"; readonly principal: Principal; readonly expiresAt: Date }
  | { readonly is: "lost"; readonly reason: string }
  | { readonly is: "refused"; readonly error: Error };

export interface LiveOptions {
  /** Where the gateway is: `http://127.0.0.1:7400`. */
  readonly url: string;
  /** A signed token, or what fetches one for each connection. */
  readonly token: string | (() => Promise<string>);
  /** How prices and bars travel: `json` unless told; `binary` takes less to send and to read. */
  readonly form?: SocketForm;
  readonly onState?: (state: LiveState) => void;
}

export interface LiveListener {
  readonly onUpdate: (update: Update) => void;
  /** The subscription was refused, and has ended. */
  readonly onRefused: (refused: Refused) => void;
}

/** One socket that connects again by itself. Everything is told at once, from within the socket's own events. */
export interface Live {
  /** Follows a channel, over every loss of the connection; a lossless one has neither gap nor repeat. */
  subscribe(wanted: Wanted, listener: LiveListener): { stop(): void };
  /** Lets the connection go until `resume`: for a listener that cannot take more. */
  pause(): void;
  resume(): void;
  close(): void;
}

interface Subscription {
  readonly wanted: Wanted;
  readonly listener: LiveListener;
  /** Behind which event it continues. */
  after?: string;
}

const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;
/** The server is never silent for longer than its heartbeat (15 s). */
const SILENCE_MS = 40_000;
/** Closings after which another attempt with the same token cannot end better. */
const hopeless = new Set<number>([4400, 4401, 4403]);

export function connectLive({ url, token, form = "json", onState = () => {} }: LiveOptions): Live {
  const subscriptions = new Map<string, Subscription>();
  const address = new URL(SOCKET_PATH, url.replace(/^http/, "ws"));
  let socket: WebSocket | undefined;
  let isOpen = false;
  let count = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** `over`: closed by its user, or refused. */
  let wish: "connected" | "paused" | "over" = "connected";

  const send = (message: object) => socket?.send(JSON.stringify(message));
  const restartTimer = (ms: number, then: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  };

  async function connect(): Promise<void> {
    onState({ is: "connecting" });
    let bearer: string;
    try {
      bearer = typeof token === "string" ? token : await token();
    } catch (error) {
      return lose(error instanceof Error ? error.message : "no token");
    }
    if (wish !== "connected") return;
    const own = new WebSocket(address, subprotocols[form]);
    own.binaryType = "arraybuffer";
    socket = own;
    const ifOurs =
      <Event>(handle: (event: Event) => void) =>
      (event: Event) => {
        if (socket === own) handle(event);
      };
    restartTimer(SILENCE_MS, () => lose("silent"));
    own.onopen = ifOurs(() => send({ type: "authenticate", token: bearer }));
    own.onmessage = ifOurs(({ data }: MessageEvent) => {
      restartTimer(SILENCE_MS, () => lose("silent"));
      for (const message of understood(data)) take(message);
    });
    own.onerror = ifOurs(() => lose("unreachable"));
    own.onclose = ifOurs(({ code, reason }: { code: number; reason: string }) => {
      if (hopeless.has(code)) end(refusalOf(code as CloseCode));
      else lose(reason || String(code));
    });
  }

  function understood(data: unknown): readonly ServerMessage[] {
    try {
      if (data instanceof ArrayBuffer) return decodePrices(new Uint8Array(data));
      return [ServerMessage.parse(JSON.parse(String(data)))];
    } catch (cause) {
      end(new ApiUnavailable("the socket sent a message that is not documented", { cause }));
      return [];
    }
  }

  function drop(): void {
    const own = socket;
    socket = undefined;
    isOpen = false;
    clearTimeout(timer);
    own?.close();
  }

  function lose(reason: string): void {
    drop();
    if (wish === "over") return;
    onState({ is: "lost", reason });
    if (wish === "paused") return;
    timer = setTimeout(() => void connect(), pauseMs);
    pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS);
  }

  function end(error: Error): void {
    wish = "over";
    drop();
    onState({ is: "refused", error });
  }

  function ask(id: string, { wanted, after }: Subscription): void {
    const resumed = after !== undefined && { after, snapshot: undefined }; // JSON leaves out what is undefined
    send({ ...wanted, type: "subscribe", id, ...resumed });
  }

  function take(message: ServerMessage): void {
    switch (message.type) {
      case "authenticated":
        isOpen = true;
        pauseMs = FIRST_PAUSE_MS;
        onState({ is: "open", principal: message, expiresAt: new Date(message.expiresAt) });
        for (const [id, subscription] of subscriptions) ask(id, subscription);
        return;
      case "quote":
      case "bar":
      case "state":
        for (const { wanted, listener } of subscriptions.values())
          if (isWanted(wanted, message)) listener.onUpdate(message);
        return;
      case "subscribed":
      case "snapshot":
      case "event":
      case "resync":
        tell(message);
        return;
      case "error":
        refuse(message);
        return;
      case "heartbeat":
      case "pong":
      case "unsubscribed":
        return;
    }
  }

  function tell(message: MessageOf<"subscribed" | "snapshot" | "event" | "resync">): void {
    const subscription = subscriptions.get(message.id);
    if (!subscription) return; // stopped while this was on its way
    const hasSnapshot = "snapshot" in subscription.wanted;
    // Before its snapshot has come, a subscription that wants one stands nowhere.
    const isBegun = message.type !== "subscribed" || !hasSnapshot;
    if (message.position !== undefined && isBegun) subscription.after = message.position;
    if (message.type === "resync" && hasSnapshot) delete subscription.after;
    if (message.type === "resync") ask(message.id, subscription);
    subscription.listener.onUpdate(message);
  }

  function refuse({ id, code, detail }: MessageOf<"error">): void {
    const subscription = id === undefined ? undefined : subscriptions.get(id);
    if (id === undefined || !subscription) return;
    subscriptions.delete(id);
    subscription.listener.onRefused(new Refused(code, detail));
  }

  void connect();

  return {
    subscribe(wanted, listener) {
      const id = `${wanted.channel}-${++count}`;
      const after = "after" in wanted ? wanted.after : undefined;
      const subscription: Subscription = { wanted, listener, ...(after !== undefined && { after }) };
      subscriptions.set(id, subscription);
      if (isOpen) ask(id, subscription);
      return {
        stop() {
          if (subscriptions.delete(id) && isOpen) send({ type: "unsubscribe", id });
        },
      };
    },
    pause() {
      if (wish !== "connected") return;
      wish = "paused";
      lose("paused");
    },
    resume() {
      if (wish !== "paused") return;
      wish = "connected";
      void connect();
    },
    close() {
      wish = "over";
      drop();
    },
  };
}

/** What the newest of is enough carries no subscription's id: one message serves all that want it. */
function isWanted(wanted: Wanted, message: MessageOf<"quote" | "bar" | "state">): boolean {
  if (message.type === "state") return wanted.channel === "state" && wanted.accountId === message.accountId;
  if (message.type === "quote")
    return wanted.channel === "quotes" && (wanted.symbols?.includes(message.symbol) ?? true);
  return wanted.channel === "bars" && wanted.timeframe === message.timeframe && wanted.symbols.includes(message.symbol);
}

function refusalOf(code: CloseCode): Refused {
  const { reason, meaning } = closeCodes[code];
  return new Refused(reason === "" || reason === "GOING_AWAY" ? "UNAVAILABLE" : reason, meaning);
}
