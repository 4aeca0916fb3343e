import { BackupServerError } from "@tradesage/backup-server";
import type { CommandHandler } from "@tradesage/command-handler";
import { backupEvents } from "@tradesage/contracts";
import { type Following, followRequests } from "@tradesage/reactor";
import type { BackingUpOptions } from "./backing-up.ts";
import { consequence } from "./consequence.ts";

type DeletingOptions = Pick<BackingUpOptions, "eventStore" | "checkpoints" | "server" | "logger"> & {
  readonly handler: Pick<CommandHandler, "handle">;
};

/** One after the other: nothing waits for a deletion. */
const AT_ONCE = 1;

/**
 * Deletes the files of each backup that has expired, then tells that they are gone. It goes on trying; after `kill -9`
 * between the two the next process finds the files gone already, and tells it.
 */
export function startDeleting({
  eventStore,
  checkpoints,
  server,
  handler,
  logger,
}: DeletingOptions): Promise<Following> {
  return followRequests({
    name: "deleting-backups",
    eventStore,
    postgres: checkpoints,
    eventTypes: [backupEvents.BackupExpired.name],
    atOnce: AT_ONCE,
    async work(request) {
      const { tenantId, backupId, files } = backupEvents.BackupExpired.schema.parse(request.data);
      for (const path of files)
        await server.remove(path).catch((error: unknown) => {
          if (!(error instanceof BackupServerError && error.code === "NOT_FOUND")) throw error;
        });
      await handler.handle(consequence("RecordBackupDeletion", { tenantId, backupId }, request));
      logger.info({ tenant: tenantId, backup: backupId, files }, "a backup that had expired was deleted");
    },
    onFailure: async () => false,
    logger,
  });
}
