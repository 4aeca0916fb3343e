import { connectEventStore } from "@tradesage/event-store";
import { connectBus, ensureStreams } from "@tradesage/message-bus";
import { connectPostgres, migratePlatform } from "@tradesage/postgres";
import { loadTenantKeys } from "@tradesage/secrets";
import { runService } from "@tradesage/service-host";
import { startBackups } from "./backups.ts";
import { config } from "./config.ts";
import { openBackupServer } from "./open-backup-server.ts";

await runService({
  name: "backups",
  config,
  async start({ config, logger, metrics, onStop, readiness }) {
    const keys = await loadTenantKeys(config.TRADESAGE_KEYS);
    const checkpoints = connectPostgres({ url: config.DATABASE_URL, applicationName: "backups", logger });
    onStop("postgres", () => checkpoints.close());
    readiness("postgres", () => checkpoints.ping().then(() => true));
    await migratePlatform(checkpoints);
    const postgres = connectPostgres({
      ...{ url: config.DATABASE_URL, applicationName: "backups-copy", maxConnections: 4, logger },
      patient: true,
    });
    onStop("postgres for copies", () => postgres.close());

    const eventStore = connectEventStore({ connectionString: config.EVENTSTORE_URL, logger });
    onStop("event store", () => eventStore.close());
    readiness("event store", () => eventStore.ping().then(() => true));

    const bus = await connectBus({ url: config.NATS_URL, name: "backups", logger });
    onStop("bus", () => bus.close());
    readiness("bus", () => bus.ready());
    await ensureStreams(bus);

    const server = openBackupServer(config, logger);
    onStop("backup server", async () => server.close());

    const backups = await startBackups({
      ...{ eventStore, postgres, checkpoints, bus, server, keys, logger, metrics },
      spool: config.BACKUP_SPOOL,
      ...(config.BACKUP_KEEP && { retention: config.BACKUP_KEEP }),
      schedule: {
        full: config.BACKUP_SCHEDULE,
        incremental: config.BACKUP_INCREMENTAL_SCHEDULE,
        test: config.BACKUP_TEST_SCHEDULE,
        spreadSeconds: config.BACKUP_SPREAD_SECONDS,
      },
    });
    onStop("backups", () => backups.stop());
    backups.ended.catch((error: unknown) => {
      throw new Error("the history cannot be followed any more", { cause: error });
    });
  },
});
