import type { CommandHandler } from "@tradesage/command-handler";
import { type BackupKind, Refused, type TenantId } from "@tradesage/contracts";
import type { ScheduleOptions } from "./schedule.ts";

/**
 * Requests a tenant's backup for a time of the schedule. Its id is made of the time, so that it is requested once,
 * whoever asks and whatever was restarted. One that runs already will do, unless it is less than what is asked for.
 */
export function askForBackup({ handle }: Pick<CommandHandler, "handle">, kind: BackupKind): ScheduleOptions["ask"] {
  return async (tenant: TenantId, time: Date) => {
    const backupId = `${kind}-${time.toISOString().slice(0, 16).replace(/\D/g, "")}`;
    try {
      await handle({
        command: "RequestBackup",
        data: { tenantId: tenant, backupId, kind },
        tenant,
        actor: "service:backups",
        idempotencyKey: backupId,
        // While another one runs it is refused, which must not be remembered.
        repeatable: false,
        correlation: backupId,
        at: new Date().toISOString(),
      });
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === "BACKUP_EXISTS") return true;
      if (error.code === "BACKUP_RUNNING") return kind === "incremental" || error.values["kind"] === "full";
      throw error;
    }
  };
}
