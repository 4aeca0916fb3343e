import {
  type BackupId,
  backupEvents,
  EventMetadata,
  type JsonValue,
  Refused,
  streams,
  subjects,
  tenantEvents,
} from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import type { Bus } from "@tradesage/message-bus";
import { requestBackup } from "./commands.ts";

interface Parts {
  readonly eventStore: Pick<EventStore, "subscribeToAll">;
  readonly bus: Pick<Bus, "request">;
  readonly signal: AbortSignal;
}

const { BackupRequested, BackupCompleted, BackupFailed } = backupEvents;
/** A very large tenant on a slow line. */
const WITHIN_MS = 12 * 3_600_000;

/**
 * The full backup that is taken because a tenant is to be deleted; asked for where there is none yet, and waited for.
 * Throws when it fails: called again, it asks for another.
 */
export async function lastBackup({ eventStore, bus, signal }: Parts, deletion: RecordedEvent): Promise<BackupId> {
  const { tenantId } = tenantEvents.TenantDeletionRequested.schema.parse(deletion.data);
  const ours = `deletion-${deletion.id.slice(0, 8)}-`;
  let tries = 0;
  let isRunning = false;
  let isLive = false;

  /** Another backup may be under way: then it is asked again at its end. */
  async function ask(): Promise<void> {
    const envelope = requestBackup(deletion.id, EventMetadata.parse(deletion.metadata), `${ours}${tries + 1}`);
    const subject = subjects.command("backups", tenantId, envelope.command, tenantId);
    await bus.request(subject, envelope as unknown as JsonValue).catch((error: unknown) => {
      if (!(error instanceof Refused && (error.code === "BACKUP_RUNNING" || error.code === "BACKUP_EXISTS")))
        throw error;
    });
  }

  for await (const delivery of eventStore.subscribeToAll({
    after: deletion.position,
    streamPrefixes: [streams.backups(tenantId)],
    signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
  })) {
    isLive ||= delivery.kind === "caught-up";
    if (delivery.kind === "event") {
      const { type, data } = delivery.event;
      const { backupId, reason } = data as { backupId: BackupId; reason?: string };
      const isOurs = backupId.startsWith(ours);
      if (type === BackupRequested.name && isOurs) [isRunning, tries] = [true, tries + 1];
      if (type === BackupCompleted.name && isOurs) return backupId;
      if (type === BackupFailed.name && isOurs) {
        isRunning = false;
        if (isLive) throw new Error(`the last backup of ${tenantId} failed: ${reason}`);
      }
    }
    if (isLive && !isRunning && delivery.kind !== "checkpoint") await ask();
  }
  throw new Error(`there is no last backup of ${tenantId} yet`);
}
