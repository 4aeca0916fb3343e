import { connectEventStore } from "@tradesage/event-store";
import { connectBus, ensureStreams } from "@tradesage/message-bus";
import { connectPostgres, migratePlatform } from "@tradesage/postgres";
import { runService } from "@tradesage/service-host";
import { config } from "./config.ts";
import { startTenants } from "./tenants.ts";

await runService({
  name: "tenants",
  config,
  async start({ config, logger, metrics, onStop, readiness }) {
    const postgres = connectPostgres({ url: config.DATABASE_URL, applicationName: "tenants", logger });
    onStop("postgres", () => postgres.close());
    readiness("postgres", () => postgres.ping().then(() => true));
    await migratePlatform(postgres);

    const eventStore = connectEventStore({ connectionString: config.EVENTSTORE_URL, logger, metrics });
    onStop("event store", () => eventStore.close());
    readiness("event store", () => eventStore.ping().then(() => true));

    const bus = await connectBus({ url: config.NATS_URL, name: "tenants", logger });
    onStop("bus", () => bus.close());
    readiness("bus", () => bus.ready());
    await ensureStreams(bus);

    const tenants = await startTenants({
      ...{ eventStore, postgres, bus, logger, metrics },
      spareSchemas: config.SPARE_SCHEMAS,
      watching: {
        everySeconds: config.WATCH_EVERY_SECONDS,
        thresholds: {
          size_bytes: config.ALARM_SIZE_BYTES,
          connections: config.ALARM_CONNECTIONS,
          projection_lag_seconds: config.ALARM_PROJECTION_LAG_SECONDS,
          slow_statement_seconds: config.ALARM_SLOW_STATEMENT_SECONDS,
          backup_age_seconds: config.ALARM_BACKUP_AGE_SECONDS,
          restore_test_age_seconds: config.ALARM_RESTORE_TEST_AGE_SECONDS,
        },
      },
    });
    onStop("tenants", () => tenants.stop());
    tenants.ended.catch((error: unknown) => {
      throw new Error("the history cannot be followed any more", { cause: error });
    });
  },
});
