import { commandMetrics, createCommandHandler, serveCommands, serveStates } from "@tradesage/command-handler";
import {
  type BackupKind,
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
import { backupsOf } from "./backup/backups-of.ts";
import { endpoints } from "./endpoints.ts";
import { startBackingUp } from "./reactors/backing-up.ts";
import { startDeleting } from "./reactors/deleting.ts";
import { startTesting } from "./reactors/testing.ts";
import type { BackupParts } from "./run/take-backup.ts";
import { askForBackup } from "./schedule/ask-for-backup.ts";
import { askForTest } from "./schedule/ask-for-test.ts";
import { startSchedule } from "./schedule/schedule.ts";
import { tenantSince } from "./schedule/tenant-since.ts";

export interface BackupsOptions extends BackupParts {
  readonly eventStore: EventStore;
  readonly checkpoints: Postgres;
  readonly bus: Bus;
  /** When each kind is taken, and the newest is tested, as cron expressions in UTC, or `never`; over so many seconds tenants are spread. */
  readonly schedule: { readonly [Turn in BackupKind | "test"]: string } & { readonly spreadSeconds: number };
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
  const testing = await startTesting({ ...options, handler });
  const turns = {
    full: askForBackup(handler, "full"),
    incremental: askForBackup(handler, "incremental"),
    test: askForTest(handler, async (tenant) => (await backupsOf(eventStore, tenant)).state.kept.at(-1)?.backupId),
  } as const;
  const since = tenantSince(eventStore);
  const scheduled = Object.entries(turns).map(([turn, ask]) =>
    startSchedule({
      ...{ expression: schedule[turn as keyof typeof turns], spreadSeconds: schedule.spreadSeconds, logger },
      tenants: () => provisionedTenants(checkpoints),
      since,
      ask,
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
    ended: Promise.race([backingUp, deleting, testing].map(({ ended }) => ended)),
    async stop(): Promise<void> {
      await Promise.all([serving.stop(), auditing.stop(), ...scheduled.map((one) => one.stop())]);
      await Promise.all([backingUp, deleting, testing].map((policy) => policy.stop()));
    },
  };
}
