import { hash, randomUUID } from "node:crypto";
import {
  type BackupCommand,
  backupEvents,
  canonicalJson,
  type EventMetadata,
  type JsonObject,
  streams,
} from "@tradesage/contracts";
import { type EventStore, WrongExpectedRevision } from "@tradesage/event-store";
import { backups } from "../backup/backups.ts";
import { backupsOf } from "../backup/backups-of.ts";

type RestoreCommand = Extract<BackupCommand, { type: "BeginRestore" | "FinishRestore" }>;

/** Tells in the tenant's own history what a restore does, wherever it runs: also where no service does. */
export async function record(
  eventStore: Pick<EventStore, "readStream" | "append">,
  { type, data }: RestoreCommand,
): Promise<void> {
  const id = randomUUID();
  const stream = streams.backups(data.tenantId);
  for (;;) {
    const { state, revision } = await backupsOf(eventStore, data.tenantId);
    const events = backups.decide({ type, data } as BackupCommand, state, undefined);
    const metadata = (schema: number): EventMetadata => ({
      ...{ tenant: data.tenantId, actor: "tradesage", command: id, correlation: id, schema },
      digest: hash("sha256", canonicalJson({ command: type, data: data as JsonObject })),
      at: new Date().toISOString(),
    });
    const made = events.map((event) => ({
      ...{ id: randomUUID(), type: event.type, data: event.data as JsonObject },
      metadata: metadata(backupEvents[event.type].version),
    }));
    try {
      if (made.length > 0) await eventStore.append(stream, made, revision);
      return;
    } catch (error) {
      // A backup was told of meanwhile.
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
}
