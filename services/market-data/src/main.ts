import { tenantEvents } from "@tradesage/contracts";
import { connectEventStore } from "@tradesage/event-store";
import { connectBus, ensureStreams } from "@tradesage/message-bus";
import { connectPostgres, connectReplica, migratePlatform } from "@tradesage/postgres";
import { followRequests } from "@tradesage/reactor";
import { runService } from "@tradesage/service-host";
import { publishBars } from "./bars/publish-bars.ts";
import { config } from "./config.ts";
import { serveQueries } from "./endpoints.ts";
import { connectQuoteCache } from "./quotes/quote-cache.ts";
import { followQuotes } from "./quotes/quotes.ts";
import { keepRetention } from "./retention/keeper.ts";
import { runTickProjection } from "./ticks/tick-projection.ts";

const RETENTION_EVERY_MS = 3_600_000;

await runService({
  name: "market-data",
  config,
  async start({ config, logger, metrics, onStop, readiness }) {
    const postgres = connectPostgres({ url: config.DATABASE_URL, applicationName: "market-data", logger });
    onStop("postgres", () => postgres.close());
    readiness("postgres", () => postgres.ping().then(() => true));
    await migratePlatform(postgres);

    const eventStore = connectEventStore({ connectionString: config.EVENTSTORE_URL, logger, metrics });
    onStop("event store", () => eventStore.close());

    const bus = await connectBus({ url: config.NATS_URL, name: "market-data", logger });
    onStop("bus", () => bus.close());
    readiness("bus", () => bus.ready());
    await ensureStreams(bus);

    const cache = connectQuoteCache(config.REDIS_URL, logger);
    onStop("redis", () => cache.close());
    const quotes = followQuotes(bus, cache, postgres);
    onStop("quotes", () => quotes.stop());
    const bars = publishBars(bus);
    onStop("bars", () => bars.stop());

    const stopped = new AbortController();
    const projection = runTickProjection({
      bus,
      postgres,
      logger,
      metrics,
      signal: stopped.signal,
      onWritten: (tenant, { feeds, bars: written }) => {
        const symbols = new Map(feeds.map(({ feed, symbol }) => [feed, symbol]));
        bars.take(tenant, (feed) => symbols.get(feed), written);
      },
    });
    onStop("tick projection", async () => {
      stopped.abort();
      await projection;
    });

    const retention = keepRetention({
      eventStore,
      postgres,
      logger,
      metrics,
      signal: stopped.signal,
      everyMs: RETENTION_EVERY_MS,
    });
    onStop("retention", async () => {
      stopped.abort();
      await retention;
    });

    const forgetting = await followRequests({
      name: "forgetting-tenants",
      eventStore,
      postgres,
      eventTypes: [tenantEvents.TenantDeletionBegun.name],
      atOnce: 1,
      async work({ data }) {
        const { tenantId } = tenantEvents.TenantDeletionBegun.schema.parse(data);
        bars.forget(tenantId);
        await quotes.forget(tenantId);
      },
      onFailure: async () => false,
      logger,
    });
    onStop("forgetting tenants", () => forgetting.stop());
    forgetting.ended.catch((error: unknown) => {
      throw new Error("the history cannot be followed any more", { cause: error });
    });

    const replica =
      config.DATABASE_REPLICA_URL === undefined
        ? undefined
        : connectReplica({
            ...{ url: config.DATABASE_REPLICA_URL, applicationName: "market-data", primary: postgres, logger, metrics },
            behindAtMostMs: config.REPLICA_BEHIND_SECONDS * 1000,
          });
    onStop("replica", async () => replica?.close());
    const serving = await serveQueries({ bus, eventStore, postgres, ...(replica && { replica }), quotes });
    onStop("queries", () => serving.stop());
  },
});
