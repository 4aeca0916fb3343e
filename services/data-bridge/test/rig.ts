import {
  type CommandEnvelope,
  decodeTickBatch,
  type JsonValue,
  subjects,
  type TenantId,
  type Tick,
  type TickBatch,
} from "@tradesage/contracts";
import { connectEventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { startPrivateServer } from "@tradesage/message-bus/testing";
import { startTelemetry } from "@tradesage/telemetry";
import { PATIENCE_MS, until } from "@tradesage/until";
import { Registry } from "prom-client";
import { onTestFinished } from "vitest";
import { type Bridge, startBridge } from "../src/bridge.ts";
import { type TenantKeys, tenantKeys } from "../src/testing/tenant-keys.ts";

const telemetry = startTelemetry({ service: "data-bridge-test", logLevel: "silent" });

/** What a bridge bears; unless told so much that no spec comes near it. */
interface Limits {
  readonly keysPerAddress?: number;
  readonly helloMs?: number;
  readonly idleMs?: number;
}

/** A bridge in this process, against a NATS of its own. */
export interface Rig {
  readonly url: string;
  /** `kill -9` of the server. */
  killBus(): Promise<void>;
  /** Starts it with its data, and waits until all are connected again. */
  restartBus(): Promise<void>;
  readonly bridge: Bridge;
  /** Another bridge on the same bus; closed with the rig. */
  another(limits?: Limits): Promise<{ url: string; bridge: Bridge }>;
  /** A new key of the tenant. */
  key(tenant: TenantId): Promise<string>;
  readonly happened: TenantKeys["happened"];
  /** A client's connection to the bus. */
  readonly bus: Bus;
  /** Batches that JetStream holds of a feed. */
  stored(tenant: TenantId, symbol: string): Promise<TickBatch[]>;
  /** Commands that reached what stands in for the trading service; its answer can be changed until the test ends. */
  readonly commands: CommandEnvelope[];
  onCommand(answer: (envelope: CommandEnvelope) => Promise<JsonValue>): void;
  /** Answers a query as the service that owns it would. */
  answer(subject: string, answer: JsonValue): Promise<void>;
  metric(name: string): Promise<string>;
  close(): Promise<void>;
}

export async function startRig(): Promise<Rig> {
  const store = await startEventStoreServer({ port: 0, inMemory: true });
  const eventStore = connectEventStore({ connectionString: store.connectionString });
  const keys = tenantKeys(eventStore);
  const nats = await startPrivateServer();
  const outside = await connectBus({ url: nats.url, name: "test" });
  await ensureStreams(outside);

  const commands: CommandEnvelope[] = [];
  let answer = async (_: CommandEnvelope): Promise<JsonValue> => ({});
  await outside.serve(subjects.commandsOf("trading"), "trading", async ({ payload }) => {
    const envelope = payload as CommandEnvelope;
    commands.push(envelope);
    return answer(envelope);
  });

  const onFatal = (error: unknown) => {
    throw error;
  };
  const running: { bus: Bus; bridge: Bridge }[] = [];
  async function another({ keysPerAddress = 1000, helloMs = PATIENCE_MS, idleMs = PATIENCE_MS }: Limits = {}) {
    const metrics = new Registry();
    const bus = await connectBus({ url: nats.url, name: "data-bridge" });
    const bridge = await startBridge({
      host: "127.0.0.1",
      port: 0,
      helloMs,
      idleMs,
      keysPerAddress,
      bus,
      eventStore,
      logger: telemetry.logger,
      metrics,
      onFatal,
    });
    running.push({ bus, bridge });
    return { url: `ws://127.0.0.1:${bridge.port}/terminal`, bridge, metrics };
  }
  const { url, bridge, metrics } = await another();

  return {
    url,
    killBus: () => nats.kill(),
    async restartBus() {
      await nats.start();
      await until("every bus is back", () => [outside, ...running.map(({ bus }) => bus)].every((bus) => bus.ready()));
    },
    bridge,
    another,
    key: keys.issue,
    happened: keys.happened,
    bus: outside,
    stored: (tenant, symbol) => storedBatches(outside, subjects.ticks(tenant, symbol)),
    commands,
    onCommand(next) {
      const before = answer;
      answer = next;
      onTestFinished(() => {
        answer = before;
      });
    },
    async answer(subject, answer) {
      await outside.serve(subject, "test", async () => ({ position: "0", answer }));
    },
    async metric(name) {
      const lines = (await metrics.metrics()).split("\n");
      return lines.filter((line) => line.startsWith(name)).join("\n");
    },
    async close() {
      for (const { bus, bridge } of running) {
        await bridge.stop();
        await bus.close();
      }
      await outside.close();
      await nats.remove();
      await eventStore.close();
      await store.close();
    },
  };
}

async function storedBatches(bus: Bus, subject: string): Promise<TickBatch[]> {
  const last = await bus.lastMessage("TICKS", subject);
  const batches: TickBatch[] = [];
  if (!last) return batches;
  const end = new AbortController();
  const how = { startSequence: 1, signal: end.signal, maxMessages: 1000, maxWaitMs: 10 };
  for await (const { messages, lastSequence } of bus.consume({ name: "test", stream: "TICKS" }, how)) {
    for (const message of messages) if (message.subject === subject) batches.push(decodeTickBatch(message.payload));
    if (lastSequence >= last.sequence) break;
  }
  end.abort();
  return batches;
}

export const ticksOf = (batches: readonly TickBatch[]): Tick[] => batches.flatMap(({ ticks }) => ticks);
