import { backupServerSettings, openBackupServer, parseArchivePath } from "@tradesage/backups";
import type { Api } from "@tradesage/client";
import type { BackupView } from "@tradesage/contracts";
import { BackupKind } from "@tradesage/contracts";
import { type Command, Option } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";
import { environmentOfServers } from "../servers.ts";

const headings = ["BACKUP", "KIND", "STATUS", "REQUESTED", "EVENTS", "BYTES", "UP TO", "TESTED", "FAILURE"];
const clock = (time = "") => time.slice(0, 19).replace("T", " ");
const row = ({ backupId, kind, status, requestedAt, events, files, upTo, testedAt, failure }: BackupView) => [
  backupId,
  kind,
  status,
  clock(requestedAt),
  String(events ?? ""),
  String(files.reduce((sum, { bytes }) => sum + bytes, 0)),
  upTo ?? "",
  clock(testedAt),
  failure ?? "",
];

interface Options {
  readonly tenant: string;
  readonly json?: boolean;
}
interface Waiting extends Options {
  readonly timeout: number;
}

export function backupCommands(program: Command): void {
  const backup = program.command("backup").description("back tenants up to the backup server (as an operator)");

  backup
    .command("run")
    .description("back a tenant up now; returns when the backup is there, read back and compared")
    .requiredOption("--tenant <id>", "whom")
    .addOption(new Option("--kind <kind>", "what is shipped").choices(BackupKind.options).default("full"))
    .option("--timeout <seconds>", "how long to wait", Number, 3600)
    .option("--json", "print JSON")
    .action(async (options: Waiting & { kind: BackupKind }) => {
      const api = await connect("platform", "operator");
      const { tenant: tenantId, kind } = options;
      const { events, position } = await api.call("requestBackup", { tenantId, kind });
      const ids = { tenantId, backupId: String(events[0]?.data["backupId"]) };
      const view = await waitFor(api, ids, position, options, ({ status }) => status !== "running");
      if (view.status === "failed") throw new CommandFailed(1, `${view.backupId} failed: ${view.failure}`);
      print(options, view, () => table(headings, [row(view)]));
    });

  backup
    .command("test")
    .description("restore a backup beside what is there, compare, leave nothing; then it is proven or disproven")
    .requiredOption("--tenant <id>", "whose")
    .option("--backup <id>", "which; without it the newest")
    .option("--timeout <seconds>", "how long to wait", Number, 3600)
    .option("--json", "print JSON")
    .action(async (options: Waiting & { backup?: string }) => {
      const api = await connect("platform", "operator");
      const { tenant: tenantId, backup: backupId = await newestOf(api, tenantId) } = options;
      const before = await api.call("getBackup", { tenantId, backupId });
      const { position } = await api.call("testBackup", { tenantId, backupId });
      const isTested = ({ testedAt }: BackupView) => testedAt !== before.testedAt;
      const view = await waitFor(api, { tenantId, backupId }, position, options, isTested);
      print(options, view, () => table(headings, [row(view)]));
      if (view.status !== "proven") process.exitCode = 1;
    });

  backup
    .command("list")
    .description("list a tenant's backups, the newest first; one that was never restored is unproven")
    .requiredOption("--tenant <id>", "whose")
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const api = await connect("platform", "operator");
      const { items } = await api.call("listBackups", { tenantId: options.tenant });
      print(options, items, () => (items.length === 0 ? "There is no backup yet." : table(headings, items.map(row))));
    });

  backup
    .command("server")
    .description("look at the backup server itself: whose archives are there, also where nothing else is left")
    .option("--json", "print JSON")
    .action(lookAtServer);
}

async function lookAtServer(options: { readonly json?: boolean }): Promise<void> {
  const server = openBackupServer(backupServerSettings.parse(environmentOfServers()));
  try {
    const archives = (await server.list()).flatMap((file) => {
      const of = parseArchivePath(file.path);
      return of ? [{ ...file, ...of }] : [];
    });
    const tenants = [...Map.groupBy(archives, ({ tenant }) => tenant)].map(([tenant, files]) => ({
      ...{ tenant, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) },
      newest:
        files
          .map(({ at }) => at)
          .sort()
          .at(-1) ?? "",
    }));
    print(options, tenants, () =>
      table(
        ["TENANT", "FILES", "BYTES", "NEWEST"],
        tenants.map(({ tenant, files, bytes, newest }) => [tenant, String(files), String(bytes), clock(newest)]),
      ),
    );
  } finally {
    server.close();
  }
}

async function newestOf(api: Api, tenantId: string): Promise<string> {
  const { items } = await api.call("listBackups", { tenantId });
  const newest = items.find(({ status }) => ["unproven", "proven", "disproven"].includes(status));
  if (!newest) throw new CommandFailed(4, `BACKUP_NOT_FOUND: ${tenantId} has no backup that could be restored`);
  return newest.backupId;
}

async function waitFor(
  api: Api,
  ids: { readonly tenantId: string; readonly backupId: string },
  after: string,
  { timeout }: Waiting,
  isDone: (view: BackupView) => boolean,
): Promise<BackupView> {
  for (const deadline = Date.now() + timeout * 1000; ; ) {
    const view = await api.call("getBackup", ids, { after });
    if (isDone(view)) return view;
    if (Date.now() > deadline)
      throw new CommandFailed(1, `${ids.backupId} is still at work; see: tradesage backup list`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
