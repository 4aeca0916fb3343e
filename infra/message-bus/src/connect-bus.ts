import { jetstream } from "@nats-io/jetstream";
import type { Logger, Registry } from "@tradesage/telemetry";
import type { Bus, Serving } from "./bus.ts";
import { openConnection } from "./connection.ts";
import { consume } from "./consume.ts";
import { declareStream } from "./declare.ts";
import { asBusError } from "./errors.ts";
import { openInbox } from "./inbox.ts";
import { openBucket } from "./key-value.ts";
import { lastMessage } from "./last-message.ts";
import { openObjects } from "./objects.ts";
import { createObserve } from "./observe.ts";
import { publish, publishDurable, subscribe } from "./publish.ts";
import { request } from "./request.ts";
import { serve } from "./serve.ts";
import { createSlots } from "./slots.ts";

export interface BusOptions {
  /** `nats://[user:password@]host:port`, several separated by commas. Credentials are never logged. */
  readonly url: string;
  /** Shown in the server's monitoring. */
  readonly name: string;
  readonly logger?: Logger;
  /** Gets a histogram of requests, `tradesage_bus_request_seconds`. */
  readonly metrics?: Registry;
  /** A `.creds` file; default the one that `NATS_CREDENTIALS` names, if any. */
  readonly credentialsFile?: string;
  /** How long to try at first; default 10 s. Later it reconnects for ever. */
  readonly connectDeadlineMs?: number;
}

/** Messages on their way to the disk of the server at once; more wait. */
const MAX_UNSTORED = 1_024;

/** Connects. Throws {@link BusUnavailable} if there is no server in time, or if it refuses the credentials. */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const { NATS_CREDENTIALS: credentials } = process.env;
  const { url, name, logger, credentialsFile = credentials, connectDeadlineMs = 10_000 } = options;
  const connection = await openConnection({ url, name, logger, credentialsFile, connectDeadlineMs });
  const js = jetstream(connection.nats, { timeout: 5_000 });
  const inbox = openInbox(connection);
  const slots = createSlots(MAX_UNSTORED);
  const observe = createObserve(options.metrics);
  const servers = new Set<Serving>();

  return {
    request: (subject, payload, how) => request({ connection, inbox, observe }, subject, payload, how),
    async serve(subject, queueGroup, handler) {
      const server = await serve({ connection, observe }, subject, queueGroup, handler);
      servers.add(server);
      return {
        stop() {
          servers.delete(server);
          return server.stop();
        },
      };
    },
    publish: (subject, payload) => publish(connection, subject, payload),
    subscribe: (subject, handler) => subscribe(connection, subject, handler),
    publishDurable: (subject, payload, how) =>
      publishDurable({ connection, jetstream: js, slots }, subject, payload, how),
    lastMessage: (stream, subject) => lastMessage(connection, js, stream, subject),
    consume: (consumer, how) => consume(connection, js, consumer, how),
    kv: (bucket) => openBucket({ connection, inbox, jetstream: js }, bucket),
    objects: (bucket) => openObjects(connection, js, bucket),
    async declare(stream) {
      connection.mustBeUp();
      await declareStream(js, stream).catch((error: unknown) => {
        throw asBusError(error, `stream ${stream.name}`);
      });
    },
    async purge(stream, subject) {
      connection.mustBeUp();
      const { streams } = await js.jetstreamManager(false);
      await streams.purge(stream, { filter: subject }).catch((error: unknown) => {
        throw asBusError(error, subject);
      });
    },
    ready: () => connection.isUp(),
    async close() {
      await Promise.all(Array.from(servers, (server) => server.stop()));
      await connection.close();
    },
  };
}
