import { commandMetrics, createCommandHandler, serveCommands, serveStates } from "@tradesage/command-handler";
import {
  BackupKind,
  backupCommands,
  backupEvents,
  type RetentionPolicy,
  stateQueries,
  streams,
} from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Bus, buckets } from "@tradesage/message-bus";
import { type Postgres, provisionedTenants } from "@tradesage/postgres";
import type { Logger, Registry } from "@tradesage/telemetry";
import { backups } from "./backup/backups.ts";
import { endpoints } from "./endpoints.ts";
import { startBackingUp } from "./reactors/backing-up.ts";
import { startDeleting } from "./reactors/deleting.ts";
import type { BackupParts } from "./run/take-backup.ts";
import { askForBackup } from "./schedule/ask-for-backup.ts";
import { startSchedule } from "./schedule/schedule.ts";
import { tenantSince } from "./schedule/tenant-since.ts";

export interface BackupsOptions extends BackupParts {
  readonly eventStore: EventStore;
  readonly checkpoints: Postgres;
  readonly bus: Bus;
  /** When each kind is taken, as cron expressions in UTC, empty for never; over so many seconds tenants are spread. */
  readonly schedule: { readonly [Kind in BackupKind]: string } & { readonly spreadSeconds: number };
  /** Which backups are kept; without it all are. */
  readonly retention?: RetentionPolicy;
  readonly logger: Logger;
  readonly metrics: Registry;
}

/** Starts the service; once it returns, backups can be requested and are taken. */
export async function startBackups(options: BackupsOptions) {
  const { eventStore, checkpoints, bus, schedule, logger, metrics } = options;
  const handler = createCommandHandler({
    commands: backupCommands,
    events: backupEvents,
    decider: backups,
    streamOf: (tenant) => streams.backups(tenant),
    context: () => undefined,
    eventStore,
    refusals: await bus.kv(buckets.refusals),
    logger,
    metrics: commandMetrics(metrics),
  });
  const backingUp = await startBackingUp({ ...options, handler });
  const deleting = await startDeleting({ ...options, handler });
  const scheduled = BackupKind.options.map((kind) =>
    startSchedule({
      ...{ expression: schedule[kind], spreadSeconds: schedule.spreadSeconds, logger },
      tenants: () => provisionedTenants(checkpoints),
      since: tenantSince(eventStore),
      ask: askForBackup(handler, kind),
    }),
  );
  const serving = await serveCommands(bus, "backups", endpoints(handler, eventStore));
  const auditing = await serveStates(bus, "backups", eventStore, [
    {
      ...{ query: stateQueries.backupsState, decider: backups, events: backupEvents },
      streamOf: (tenant) => streams.backups(tenant),
    },
  ]);
  return {
    /** Rejects when the history cannot be followed any more: the process must end. */
    ended: Promise.race([backingUp.ended, deleting.ended]),
    async stop(): Promise<void> {
      await Promise.all([serving.stop(), auditing.stop(), ...scheduled.map((one) => one.stop())]);
      await Promise.all([backingUp.stop(), deleting.stop()]);
    },
  };
}
