import { connectEventStore } from "@tradesage/event-store";
import { connectBus, ensureStreams } from "@tradesage/message-bus";
import { runService } from "@tradesage/service-host";
import { startBridge } from "./bridge.ts";
import { bridgeConfig } from "./config.ts";

await runService({
  name: "data-bridge",
  config: bridgeConfig,
  async start({ config, logger, metrics, onStop, readiness }) {
    const bus = await connectBus({ url: config.NATS_URL, name: "data-bridge", logger });
    onStop("bus", () => bus.close());
    await ensureStreams(bus);
    const eventStore = connectEventStore({ connectionString: config.EVENTSTORE_URL, logger, metrics });
    onStop("event store", () => eventStore.close());
    const bridge = await startBridge({
      host: config.HOST,
      port: config.BRIDGE_PORT,
      helloMs: config.BRIDGE_HELLO_SECONDS * 1000,
      idleMs: config.BRIDGE_IDLE_SECONDS * 1000,
      keysPerAddress: config.BRIDGE_KEYS_PER_ADDRESS,
      bus,
      eventStore,
      logger,
      metrics,
      onFatal: (error) => {
        throw new Error("the keys of terminals cannot be followed any more", { cause: error });
      },
    });
    onStop("bridge", () => bridge.stop());

    readiness("bus", () => bus.ready());
    readiness("event store", () => eventStore.ping().then(() => true));
    logger.info({ url: `ws://${config.HOST}:${bridge.port}/terminal` }, "terminals may come in");
  },
});
