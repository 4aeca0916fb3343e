import { setTimeout as sleep } from "node:timers/promises";
import type { EventStore } from "@tradesage/event-store";
import { createListener, createRates } from "@tradesage/listener";
import type { Bus } from "@tradesage/message-bus";
import type { Verifier } from "@tradesage/secrets";
import type { Logger, Registry } from "@tradesage/telemetry";
import { Gauge } from "prom-client";
import { createOrigins } from "./access/origins.ts";
import { createAdmission, createAuthenticate } from "./access/session.ts";
import { createTenantDirectory } from "./access/tenant-directory.ts";
import { type Deadlines, deadlines as usual } from "./deadlines.ts";
import { registerConsole } from "./http/console.ts";
import { createHttpMeter } from "./http/meter.ts";
import { registerPages } from "./http/pages.ts";
import { registerRoutes } from "./http/router.ts";
import { createFeeds } from "./socket/feeds.ts";
import { createFollowedStates } from "./socket/followed-states.ts";
import { followHistory } from "./socket/history.ts";
import { registerStream } from "./socket/stream.ts";

export interface GatewayOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly allowedOrigins: readonly string[];
  readonly requestsPerSecond: { readonly address: number; readonly user: number };
  /** Other than the product's own: in specs. */
  readonly deadlines?: Partial<Deadlines>;
  /** The folder of the built console. */
  readonly consoleFolder: string | undefined;
  readonly bus: Bus;
  readonly eventStore: EventStore;
  readonly verifier: Verifier;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** The live history ended for good. */
  readonly onFatal: (error: unknown) => void;
}

export interface Gateway {
  readonly port: number;
  /** Whether the live history is followed. */
  isLive(): boolean;
  /** Takes nothing new, closes the sockets, waits at most 4 s for the answers that are due. */
  stop(): Promise<void>;
}

const DRAIN_MS = 4_000;
const POLL_MS = 20;

/** Serves the HTTP API, its documents and the socket. Throws if the port is taken or the event store is away. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { bus, eventStore, verifier, logger, metrics, onFatal } = options;
  const following = new AbortController();
  const tenants = createTenantDirectory(eventStore);
  const history = await followHistory(eventStore, {
    signal: following.signal,
    onEvery: tenants.apply,
    onEnd: onFatal,
  });
  const deadlines = { ...usual, ...options.deadlines };
  const origins = createOrigins(options.allowedOrigins);
  const authenticate = createAuthenticate(verifier);
  const addresses = createRates(options.requestsPerSecond.address);
  const users = createRates(options.requestsPerSecond.user);
  const meter = createHttpMeter(metrics);

  const listener = createListener();
  const feeds = createFeeds(bus, (topic, message, isBinary) => void listener.app.publish(topic, message, isBinary));
  const followedStates = createFollowedStates(bus);
  const admit = createAdmission(authenticate, tenants);
  const { isActive } = tenants;
  const stream = registerStream(listener.app, {
    bus,
    eventStore,
    history,
    feeds,
    followedStates,
    admit,
    isActive,
    addresses,
    origins,
    deadlines,
    logger,
  });
  registerPages(listener.app);
  if (options.consoleFolder !== undefined) registerConsole(listener.app, options.consoleFolder);
  registerRoutes(listener.app, { bus, authenticate, tenants, addresses, users, origins, deadlines, logger, meter });
  new Gauge({
    name: "tradesage_socket_clients",
    help: "Connected clients of the socket",
    registers: [metrics],
    collect() {
      this.set(stream.count());
    },
  });
  const port = await listener.listen(options.host, options.port);

  return {
    port,
    isLive: history.isLive,
    async stop() {
      stream.stop();
      followedStates.close();
      listener.stopListening();
      const end = Date.now() + DRAIN_MS;
      while (meter.inWork() > 0 && Date.now() < end) await sleep(POLL_MS);
      listener.close();
      following.abort();
    },
  };
}
