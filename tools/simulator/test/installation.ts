import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { decodeTickBatch, subjects, type TenantId, type Tick, TickQuality } from "@tradesage/contracts";
import { tenantKeys } from "@tradesage/data-bridge/testing";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { startPrivateServer } from "@tradesage/message-bus/testing";
import getPort from "get-port";
import { readTickFile, type TerminalTick } from "../src/index.ts";

const project = resolve(import.meta.dirname, "../../..");
const data = process.env["TRADESAGE_DATA"] ?? join(project, "../shared/data");
export const eurusdFile = join(data, "EURUSD-2014-05-08.ticks.mt5.tsv.gz");
export const nzdusdFile = join(data, "NZDUSD-2014-05-06.ticks.csv.gz");
export const missingData = !existsSync(eurusdFile);

/** A bridge process and a NATS of its own, both of which a test may kill. */
export interface Installation {
  readonly url: string;
  /** `kill -9`, and a new start. */
  kill(victim: "bridge" | "bus" | "trading"): Promise<void>;
  /** Another bridge beside it, on a port of its own unless told. */
  another(port?: number): Promise<{ readonly port: number; end(signal: "SIGKILL" | "SIGTERM"): Promise<void> }>;
  /** A new terminal key of the tenant. */
  key(tenant: TenantId): Promise<string>;
  /** A client's connection to the bus. */
  readonly bus: Bus;
  readonly eventStore: EventStore;
  /** Every tick that JetStream holds of a feed, in the order in which it was stored. */
  stored(tenant: TenantId, symbol: string): Promise<Tick[]>;
  stop(): Promise<void>;
}

/** The trading service is a stand-in unless it is asked for. */
export async function startInstallation({ withTrading = false } = {}): Promise<Installation> {
  const store = await startEventStoreServer({ port: 0, inMemory: true });
  const eventStore = connectEventStore({ connectionString: store.connectionString });
  const nats = await startPrivateServer();
  const port = await getPort({ host: "127.0.0.1" });
  const others = new Set<ChildProcess>();
  const urls = { NATS_URL: nats.url, EVENTSTORE_URL: store.connectionString };
  const bridge = (on = port) => startService("data-bridge", { ...urls, BRIDGE_PORT: `${on}` }, "terminals may come in");
  const trading = () => startService("trading", urls, "the history has been seen");
  let running = await bridge();
  const bus = await connectBus({ url: nats.url, name: "test" });
  let trades = withTrading ? await trading() : undefined;
  if (!trades) await bus.serve(subjects.commandsOf("trading"), "trading", async () => ({}));
  return {
    url: `ws://127.0.0.1:${port}/terminal`,
    async kill(victim) {
      if (victim === "bus") {
        await nats.kill();
        return nats.start();
      }
      if (victim === "trading") {
        if (trades) await killProcess(trades);
        trades = await trading();
        return;
      }
      await killProcess(running);
      running = await bridge();
    },
    async another(port) {
      const on = port ?? (await getPort({ host: "127.0.0.1" }));
      const child = await bridge(on);
      others.add(child);
      return {
        port: on,
        async end(signal) {
          others.delete(child);
          await killProcess(child, signal);
        },
      };
    },
    key: tenantKeys(eventStore).issue,
    bus,
    eventStore,
    stored: (tenant, symbol) => storedTicks(bus, subjects.ticks(tenant, symbol)),
    async stop() {
      await Promise.all([running, ...others, ...(trades ? [trades] : [])].map((child) => killProcess(child)));
      await bus.close();
      await nats.remove();
      await eventStore.close();
      await store.close();
    },
  };
}

/** Resolves once the service says that it is ready. */
async function startService(name: string, env: NodeJS.ProcessEnv, ready: string): Promise<ChildProcess> {
  const main = join(project, `services/${name}/src/main.ts`);
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
    env: { ...process.env, ...env, MANAGEMENT_PORT: "0", TRADESAGE_ENV: "test", LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const isUp = Promise.withResolvers<void>();
  createInterface(child.stdout).on("line", (line) => line.includes(ready) && isUp.resolve());
  child.on("exit", () => isUp.reject(new Error(`${name} did not start`)));
  await isUp.promise;
  return child;
}

async function killProcess(child: ChildProcess, signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

async function storedTicks(bus: Bus, subject: string): Promise<Tick[]> {
  const last = await bus.lastMessage("TICKS", subject);
  if (!last) return [];
  const ticks: Tick[] = [];
  const end = new AbortController();
  const reading = { startSequence: 1, signal: end.signal, maxMessages: 1000, maxWaitMs: 10 };
  for await (const batch of bus.consume({ name: "test", stream: "TICKS" }, reading)) {
    for (const message of batch.messages) {
      if (message.subject === subject) ticks.push(...decodeTickBatch(message.payload).ticks);
    }
    if (batch.lastSequence >= last.sequence) break;
  }
  end.abort();
  return ticks;
}

/** A file's ticks as the bridge must store them. */
export async function ticksOf(file: string, symbol: string): Promise<Tick[]> {
  const all: Tick[] = [];
  for await (const ticks of readTickFile(file, symbol)) all.push(...ticks.map(asStored));
  return all;
}

/** Real feeds cross now and then: the bid of one bank stands above the ask of another. */
export const asStored = ({ symbol: _, ...tick }: TerminalTick): Tick => ({
  ...tick,
  quality: tick.ask < tick.bid ? TickQuality.crossed : 0,
});

/** Compared as text: an assertion library takes minutes for a quarter of a million objects. */
const textOf = ({ timeMsc, ordinal, bid, ask, last, volume, flags, quality }: Tick) =>
  [timeMsc, ordinal, bid, ask, last, volume, flags, quality].join(" ");

export const firstDifference = (stored: readonly Tick[], sent: readonly Tick[]) => {
  const index = sent.findIndex((tick, at) => textOf(tick) !== (stored[at] && textOf(stored[at])));
  return index < 0 && stored.length === sent.length
    ? undefined
    : { index, count: stored.length, is: stored[index], was: sent[index] };
};
