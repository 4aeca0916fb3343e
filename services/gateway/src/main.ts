import { connectEventStore } from "@tradesage/event-store";
import { connectBus } from "@tradesage/message-bus";
import { loadVerifier } from "@tradesage/secrets";
import { runService } from "@tradesage/service-host";
import { gatewayConfig } from "./config.ts";
import { startGateway } from "./gateway.ts";

await runService({
  name: "gateway",
  config: gatewayConfig,
  async start({ config, logger, metrics, onStop, readiness }) {
    const bus = await connectBus({ url: config.NATS_URL, name: "gateway", logger });
    onStop("bus", () => bus.close());
    const eventStore = connectEventStore({ connectionString: config.EVENTSTORE_URL, logger, metrics });
    onStop("event store", () => eventStore.close());
    const gateway = await startGateway({
      host: config.HOST,
      port: config.GATEWAY_PORT,
      allowedOrigins: config.GATEWAY_ALLOWED_ORIGINS,
      requestsPerSecond: { address: config.GATEWAY_REQUESTS_PER_ADDRESS, user: config.GATEWAY_REQUESTS_PER_USER },
      consoleFolder: config.GATEWAY_CONSOLE,
      verifier: await loadVerifier(config.TRADESAGE_KEYS),
      bus,
      eventStore,
      logger,
      metrics,
      onFatal: (error) => {
        throw new Error("the live history cannot be followed any more", { cause: error });
      },
    });
    onStop("gateway", () => gateway.stop());

    readiness("bus", () => bus.ready());
    readiness("event store", async () => eventStore.ping().then(() => true));
    readiness("live history", gateway.isLive);
    logger.info({ url: `http://${config.HOST}:${gateway.port}` }, "serving");
  },
});
