import type { CommandHandler } from "@tradesage/command-handler";
import type { BackupId, TenantId } from "@tradesage/contracts";
import type { ScheduleOptions } from "./schedule.ts";

/** Requests that a tenant's newest backup be tested, for a time of the schedule: once, whatever was restarted. */
export function askForTest(
  { handle }: Pick<CommandHandler, "handle">,
  newestOf: (tenant: TenantId) => Promise<BackupId | undefined>,
): ScheduleOptions["ask"] {
  return async (tenant, time) => {
    const backupId = await newestOf(tenant);
    if (backupId === undefined) return true;
    await handle({
      command: "RequestRestoreTest",
      data: { tenantId: tenant, backupId },
      tenant,
      actor: "service:backups",
      idempotencyKey: `test-${backupId}-${time.toISOString()}`,
      correlation: `test-${backupId}`,
      at: new Date().toISOString(),
    });
    return true;
  };
}
