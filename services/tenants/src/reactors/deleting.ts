import { setTimeout } from "node:timers/promises";
import type { CommandHandler } from "@tradesage/command-handler";
import { EventMetadata, streams, type TenantId, tenantEvents } from "@tradesage/contracts";
import { type EventStore, eventIdFor, type RecordedEvent } from "@tradesage/event-store";
import { type Bus, forgetTenant } from "@tradesage/message-bus";
import { dropTenantSchema, type Postgres } from "@tradesage/postgres";
import { type Following, followRequests } from "@tradesage/reactor";
import type { Logger } from "@tradesage/telemetry";
import limit from "p-limit";
import { beginDeletion, completeDeletion } from "./commands.ts";
import { lastBackup } from "./last-backup.ts";

export interface DeletingOptions {
  readonly eventStore: Pick<EventStore, "subscribeToAll" | "readStream">;
  readonly postgres: Postgres;
  readonly bus: Pick<Bus, "request" | "purge" | "objects">;
  readonly tenant: CommandHandler;
  readonly logger: Logger;
}

const { TenantDeletionRequested, TenantDeletionCancelled, TenantDeletionBegun, TenantDeleted } = tenantEvents;
const HOUR_MS = 3_600_000;
/** A cancellation ends the waiting so soon; what decides is the tenant's own history when the time has come. */
const LOOK_EVERY_MS = 30_000;
const RESTORED_AFTER_MS = 300_000;

/**
 * A restore writes a tenant's requests again, which are not for the tenant that it has made: for another tenant with
 * other ids than their commands gave, for the same one long after their time.
 */
function isRestored({ id, at }: RecordedEvent, metadata: EventMetadata): boolean {
  const isOfItsCommand = [0, 1].some((index) => eventIdFor(metadata.command, index) === id);
  return !isOfItsCommand || at.getTime() - Date.parse(metadata.at) > RESTORED_AFTER_MS;
}

/**
 * Deletes each tenant for which that was requested, once its grace is over: a last backup, then what it has in Postgres
 * and on the bus. Its events stay. Every step may be repeated: after `kill -9` at any moment the next process goes on.
 */
export async function startDeleting(options: DeletingOptions): Promise<Following> {
  const { eventStore, postgres, bus, tenant, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const oneAtATime = limit(1);

  async function remove(request: RecordedEvent): Promise<void> {
    const { tenantId, graceHours } = TenantDeletionRequested.schema.parse(request.data);
    const cause = EventMetadata.parse(request.metadata);
    if (isRestored(request, cause)) {
      logger.warn({ tenant: tenantId }, "the deletion of a tenant that was restored since is not carried out");
      return;
    }
    const dueAt = Date.parse(cause.at) + graceHours * HOUR_MS;
    while ((await standing(tenantId, request.id)) === "requested" && Date.now() < dueAt)
      await setTimeout(Math.min(dueAt - Date.now(), LOOK_EVERY_MS), undefined, { signal });
    await oneAtATime(async () => {
      if ((await standing(tenantId, request.id)) === "requested") {
        const backupId = await lastBackup({ eventStore, bus, signal }, request);
        await tenant.handle(beginDeletion(request.id, cause, backupId));
      }
      if ((await standing(tenantId, request.id)) !== "begun") return;
      await dropTenantSchema(postgres, tenantId);
      await forgetTenant(bus, tenantId);
      await tenant.handle(completeDeletion(request.id, cause));
      logger.info({ tenant: tenantId }, "a tenant was deleted");
    });
  }

  /** How far the deletion has come that this event asked for; `over` where it was cancelled, or is done. */
  async function standing(tenantId: TenantId, requestId: string): Promise<"requested" | "begun" | "over"> {
    for await (const { type, id } of eventStore.readStream(streams.tenant(tenantId), { direction: "backwards" })) {
      if (type === TenantDeletionRequested.name) return id === requestId ? "requested" : "over";
      if (type === TenantDeletionBegun.name) return "begun";
      if (type === TenantDeletionCancelled.name || type === TenantDeleted.name) return "over";
    }
    return "over";
  }

  const following = await followRequests({
    name: "deleting-tenants",
    eventStore,
    postgres,
    eventTypes: [TenantDeletionRequested.name],
    // Nearly all of them only wait.
    atOnce: Number.POSITIVE_INFINITY,
    work: remove,
    onFailure: async () => false,
    logger,
  });
  return {
    ended: following.ended,
    async stop() {
      const stopped = following.stop();
      stopping.abort();
      await stopped;
    },
  };
}
