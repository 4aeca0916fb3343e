import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AuthorizationError,
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import type { Logger } from "@tradesage/telemetry";
import { BusUnavailable } from "./errors.ts";
import { parseServers } from "./servers.ts";

/** A connection that comes back by itself, and what is known of it. */
export interface Connection {
  readonly nats: NatsConnection;
  readonly logger: Logger | undefined;
  /** Connected now. */
  isUp(): boolean;
  /** Aborts when the present link breaks: what is on its way then may be lost. A reconnection brings a new one. */
  link(): AbortSignal;
  /** Throws {@link BusUnavailable} unless connected: the client would keep or lose what it cannot send. */
  mustBeUp(): void;
  /** Bytes that a message may have, with room left for headers. */
  maxPayload(): number;
  /** Waits until the server has taken what was sent so far. Throws {@link BusUnavailable}. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly name: string;
  readonly logger: Logger | undefined;
  readonly credentialsFile: string | undefined;
  readonly connectDeadlineMs: number;
}

const RETRY_MS = 250;
const CLOSE_DEADLINE_MS = 3_000;
const FLUSH_DEADLINE_MS = 3_000;
const HEADERS_BYTES = 1_024;

export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { logger } = options;
  const nats = await connectWithin(options.connectDeadlineMs, {
    ...parseServers(options.url),
    name: options.name,
    timeout: 2_000,
    // For ever: the default gives up after ten attempts, or after two refused logins, and closes for good.
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RETRY_MS,
    // A peer that is gone without a word is noticed after two unanswered pings; the default takes minutes.
    pingInterval: 3_000,
    maxPingOut: 2,
    noAsyncTraces: true,
    ...(options.credentialsFile ? { authenticator: credsAuthenticator(readFileSync(options.credentialsFile)) } : {}),
  });
  let link = new AbortController();
  const isUp = () => !link.signal.aborted;
  let closing = false;

  async function watchStatus() {
    for await (const status of nats.status()) {
      if (status.type === "disconnect") {
        link.abort();
        if (!closing) logger?.warn("the bus is disconnected");
      } else if (status.type === "reconnect") {
        link = new AbortController();
        logger?.info("the bus is connected again");
      } else if (status.type === "error") logger?.error({ err: status.error }, "the bus server reports an error");
    }
  }

  /** Nobody catches what this throws, on purpose: it ends the process, and its supervisor starts it with a new connection. */
  async function watchClosed() {
    const cause = await nats.closed();
    link.abort();
    if (!closing) throw new BusUnavailable("the connection to the bus is closed for good", { cause });
  }

  void watchStatus();
  void watchClosed();

  return {
    nats,
    logger,
    isUp,
    link: () => link.signal,
    mustBeUp() {
      if (!isUp()) throw new BusUnavailable("the bus is not connected");
    },
    maxPayload: () => (nats.info?.max_payload ?? 1_048_576) - HEADERS_BYTES,
    async flush() {
      const flushed = nats.flush().then(
        () => true,
        () => false,
      );
      const late = sleep(FLUSH_DEADLINE_MS, false, { ref: false });
      if (!(await Promise.race([flushed, late]))) throw new BusUnavailable("the bus does not answer");
    },
    async close() {
      closing = true;
      if (nats.isClosed()) return;
      const drained = isUp() ? nats.drain().catch(() => undefined) : Promise.resolve();
      await Promise.race([drained, sleep(CLOSE_DEADLINE_MS, undefined, { ref: false })]);
      await nats.close();
    },
  };
}

async function connectWithin(deadlineMs: number, options: NodeConnectionOptions): Promise<NatsConnection> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await connect(options);
    } catch (cause) {
      if (cause instanceof AuthorizationError) throw new BusUnavailable("the bus refuses the credentials", { cause });
      if (performance.now() >= end) throw new BusUnavailable("the bus cannot be reached", { cause });
      await sleep(RETRY_MS);
    }
  }
}
