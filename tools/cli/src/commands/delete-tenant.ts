import type { Command } from "commander";
import { connect } from "../installation.ts";
import { print } from "../output.ts";

export function deletionCommands(tenant: Command): void {
  tenant
    .command("delete")
    .argument("<id>")
    .description("suspend a tenant, and delete it when the grace is over, with a last backup before")
    .requiredOption("--reason <text>", "why, for whoever asks later")
    .option("--grace-hours <hours>", "as long as it can be kept after all", Number, 720)
    .option("--json", "print JSON")
    .action(
      async (
        tenantId: string,
        { reason, graceHours, json }: { reason: string; graceHours: number; json?: boolean },
      ) => {
        const api = await connect("platform", "operator");
        const { position } = await api.call("deleteTenant", { tenantId, reason, graceHours });
        const view = await api.call("getTenant", { tenantId }, { after: position });
        print(
          { json },
          view,
          () =>
            `${tenantId} is suspended, and is deleted after ${view.deletion?.dueAt}. Until then: tradesage tenant keep ${tenantId}`,
        );
      },
    );

  tenant
    .command("keep")
    .argument("<id>")
    .description("cancel the deletion of a tenant: it is again what it was before")
    .action(async (tenantId: string) => {
      const api = await connect("platform", "operator");
      const { position } = await api.call("keepTenant", { tenantId });
      const { status } = await api.call("getTenant", { tenantId }, { after: position });
      print({}, {}, () => `${tenantId} is kept, and ${status}`);
    });
}
