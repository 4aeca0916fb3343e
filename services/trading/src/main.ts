import { connectEventStore } from "@tradesage/event-store";
import { connectBus, ensureStreams } from "@tradesage/message-bus";
import { runService } from "@tradesage/service-host";
import { config } from "./config.ts";
import { startTrading } from "./trading.ts";

await runService({
  name: "trading",
  config,
  async start({ config, logger, metrics, onStop, readiness }) {
    const eventStore = connectEventStore({ connectionString: config.EVENTSTORE_URL, logger, metrics });
    onStop("event store", () => eventStore.close());
    readiness("event store", async () => eventStore.ping().then(() => true));

    const bus = await connectBus({ url: config.NATS_URL, name: "trading", logger });
    onStop("bus", () => bus.close());
    readiness("bus", () => bus.ready());
    await ensureStreams(bus);

    const trading = await startTrading({
      eventStore,
      bus,
      logger,
      metrics,
      maxQuoteAgeMs: config.PAPER_MAX_QUOTE_AGE_MS,
    });
    onStop("trading", () => trading.stop());
    // Nothing may be decided on what is not followed: the process ends, and the next one begins with the whole history.
    trading.ended.catch((error: unknown) => {
      throw new Error("the history cannot be followed any more", { cause: error });
    });
  },
});
