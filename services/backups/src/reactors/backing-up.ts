import type { CommandHandler } from "@tradesage/command-handler";
import { backupEvents, EventMetadata, type RetentionPolicy } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import type { Postgres } from "@tradesage/postgres";
import { type Following, followRequests } from "@tradesage/reactor";
import type { Logger } from "@tradesage/telemetry";
import { backupsOf } from "../backup/backups-of.ts";
import { type BackupParts, takeBackup } from "../run/take-backup.ts";
import { consequence } from "./consequence.ts";

export interface BackingUpOptions extends BackupParts {
  readonly eventStore: EventStore;
  /** For its checkpoint; the tables are read by `postgres`. */
  readonly checkpoints: Pick<Postgres, "platform">;
  readonly handler: CommandHandler;
  /** Which backups are kept; without it all are. */
  readonly retention?: RetentionPolicy;
  readonly logger: Logger;
}

/** Backups that run at once: more would share the line to the backup server. */
const AT_ONCE = 2;
/** With the pauses between them, about a minute. The next scheduled one begins anew. */
const GIVEN_UP_AFTER = 8;

/** Takes each backup that is requested, and tells how it ended. */
export function startBackingUp(options: BackingUpOptions): Promise<Following> {
  const { eventStore, checkpoints, handler, retention: policy, logger } = options;

  async function run(request: RecordedEvent): Promise<void> {
    const { tenantId, backupId, kind } = backupEvents.BackupRequested.schema.parse(request.data);
    const { at } = EventMetadata.parse(request.metadata);
    const { running, shipped } = (await backupsOf(eventStore, tenantId)).state;
    // A process that died may have told of its end already.
    if (running?.backupId !== backupId) return;
    const data = await takeBackup(options, { tenantId, backupId, kind, at, shipped });
    await handler.handle(consequence("RecordBackup", data, request));
    if (policy) await handler.handle(consequence("ApplyRetention", { tenantId, policy }, request));
    logger.info({ tenant: tenantId, backup: backupId, events: data.events }, "a tenant was backed up");
  }

  async function giveUp(request: RecordedEvent, failures: number, error: unknown): Promise<boolean> {
    if (failures < GIVEN_UP_AFTER) return false;
    const { tenantId, backupId } = backupEvents.BackupRequested.schema.parse(request.data);
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    await handler.handle(consequence("RecordBackupFailure", { tenantId, backupId, reason }, request));
    return true;
  }

  return followRequests({
    name: "backing-up",
    eventStore,
    postgres: checkpoints,
    eventTypes: [backupEvents.BackupRequested.name],
    atOnce: AT_ONCE,
    work: run,
    onFailure: giveUp,
    logger,
  });
}
