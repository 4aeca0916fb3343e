import { ArchiveError } from "@tradesage/archive";
import { BackupServerError } from "@tradesage/backup-server";
import type { CommandHandler } from "@tradesage/command-handler";
import { backupEvents } from "@tradesage/contracts";
import { PostgresUnavailable } from "@tradesage/postgres";
import { type Following, followRequests } from "@tradesage/reactor";
import { testBackup } from "../restore/test-backup.ts";
import type { BackingUpOptions } from "./backing-up.ts";
import { consequence } from "./consequence.ts";

type TestingOptions = Pick<
  BackingUpOptions,
  "eventStore" | "checkpoints" | "postgres" | "server" | "keys" | "logger"
> & { readonly handler: Pick<CommandHandler, "handle"> };

/** A test takes as much of Postgres as a restore does. */
const AT_ONCE = 1;
/** With the pauses between them, about a minute. The backup stays as it was; the next time of the schedule tests again. */
const GIVEN_UP_AFTER = 8;

/** Restores each backup that is to be tested, beside what is there, and tells whether it is equal. */
export function startTesting(options: TestingOptions): Promise<Following> {
  const { eventStore, checkpoints, handler, logger } = options;
  return followRequests({
    name: "testing-backups",
    eventStore,
    postgres: checkpoints,
    eventTypes: [backupEvents.RestoreTestRequested.name],
    atOnce: AT_ONCE,
    async work(request) {
      const { tenantId, backupId } = backupEvents.RestoreTestRequested.schema.parse(request.data);
      const tested = await testBackup(options, tenantId, backupId).then(
        (held) => ({ equal: true, ...held }),
        (error: unknown) => {
          if (isPassing(error)) throw error;
          const { code, message } = error as { code?: string; message: string };
          return { equal: false, failure: (code ? `${code}: ${message}` : message).slice(0, 500) };
        },
      );
      await handler.handle(consequence("RecordRestoreTest", { tenantId, backupId, ...tested }, request));
      const told = { tenant: tenantId, backup: backupId, ...tested };
      if (tested.equal) logger.info(told, "a backup was restored and is equal");
      else logger.error(told, "a backup cannot be restored");
    },
    onFailure: async (_, failures) => failures >= GIVEN_UP_AFTER,
    logger,
  });
}

/** A machine that is away says nothing about the backup; a file that is missing does. */
function isPassing(error: unknown): boolean {
  if (error instanceof ArchiveError) return false;
  if (error instanceof BackupServerError) return error.code !== "NOT_FOUND";
  return error instanceof PostgresUnavailable;
}
