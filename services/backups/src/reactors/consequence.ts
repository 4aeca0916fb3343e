import { randomUUID } from "node:crypto";
import { type BackupCommand, type CommandEnvelope, type DataOf, EventMetadata } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";

/** A command that this service sends to itself because of an event. */
export function consequence<Name extends BackupCommand["type"]>(
  command: Name,
  data: DataOf<BackupCommand, Name>,
  cause: Pick<RecordedEvent, "id" | "metadata">,
): CommandEnvelope {
  const { tenant, correlation } = EventMetadata.parse(cause.metadata);
  return {
    command,
    data: data as CommandEnvelope["data"],
    tenant,
    actor: "service:backups",
    idempotencyKey: `backup:${randomUUID()}`,
    repeatable: false,
    correlation,
    causation: cause.id,
    at: new Date().toISOString(),
  };
}
