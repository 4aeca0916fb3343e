import { ArchiveError, BackupServerError, RestoreError } from "@tradesage/backups";
import { CommandFailed } from "./exit-codes.ts";

/** What a user is told of an error: in a line, with its code, where a backup or the server that has it is at fault. */
export function backupFailure(error: unknown): unknown {
  if (error instanceof RestoreError || error instanceof ArchiveError)
    return new CommandFailed(4, `${error.code}: ${error.message}`, { cause: error });
  if (error instanceof BackupServerError)
    return new CommandFailed(5, `${error.code}: ${error.message}`, { cause: error });
  return error;
}
