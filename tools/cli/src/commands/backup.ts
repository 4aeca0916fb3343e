import type { BackupView } from "@tradesage/contracts";
import { BackupKind } from "@tradesage/contracts";
import { type Command, Option } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";

const headings = ["BACKUP", "KIND", "STATUS", "REQUESTED", "EVENTS", "BYTES", "UP TO", "FAILURE"];
const row = ({ backupId, kind, status, requestedAt, events, files, upTo, failure }: BackupView) => [
  backupId,
  kind,
  status,
  requestedAt.slice(0, 19).replace("T", " "),
  String(events ?? ""),
  String(files.reduce((sum, { bytes }) => sum + bytes, 0)),
  upTo ?? "",
  failure ?? "",
];

export function backupCommands(program: Command): void {
  const backup = program.command("backup").description("back tenants up to the backup server (as an operator)");

  backup
    .command("run")
    .description("back a tenant up now; returns when the backup is there, read back and compared")
    .requiredOption("--tenant <id>", "whom")
    .addOption(new Option("--kind <kind>", "what is shipped").choices(BackupKind.options).default("full"))
    .option("--timeout <seconds>", "how long to wait", Number, 3600)
    .option("--json", "print JSON")
    .action(async (options: { tenant: string; kind: BackupKind; timeout: number; json?: boolean }) => {
      const api = await connect("platform", "operator");
      const { tenant: tenantId, kind } = options;
      const { events, position } = await api.call("requestBackup", { tenantId, kind });
      const backupId = String(events[0]?.data["backupId"]);
      for (const deadline = Date.now() + options.timeout * 1000; ; ) {
        const view = await api.call("getBackup", { tenantId, backupId }, { after: position });
        if (view.status === "failed") throw new CommandFailed(1, `${backupId} failed: ${view.failure}`);
        if (view.status !== "running") return print(options, view, () => table(headings, [row(view)]));
        if (Date.now() > deadline)
          throw new CommandFailed(1, `${backupId} is still running; see: tradesage backup list`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    });

  backup
    .command("list")
    .description("list a tenant's backups, the newest first; one that was never restored is unproven")
    .requiredOption("--tenant <id>", "whose")
    .option("--json", "print JSON")
    .action(async (options: { tenant: string; json?: boolean }) => {
      const api = await connect("platform", "operator");
      const { items } = await api.call("listBackups", { tenantId: options.tenant });
      print(options, items, () => (items.length === 0 ? "There is no backup yet." : table(headings, items.map(row))));
    });
}
