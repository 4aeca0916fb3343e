import {
  backupServerSettings,
  openBackupServer,
  planRestore,
  type Restored,
  type RestoredInPlace,
  RestoreError,
  record,
  restoreInPlace,
  restoreTenant,
} from "@tradesage/backups";
import { TenantId } from "@tradesage/contracts";
import { dropBeside, type PoolClient, swapIn } from "@tradesage/postgres";
import { bringReadModels, compareWithReplay } from "@tradesage/projections";
import { loadTenantKeys } from "@tradesage/secrets";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";
import { progress } from "../progress.ts";
import { environmentOfServers, withServers } from "../servers.ts";

interface Options {
  readonly tenant: string;
  readonly as?: string;
  readonly to?: { position: bigint } | { time: Date };
  readonly from: "backup" | "events";
  readonly inPlace?: boolean;
  readonly dryRun?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

export function restoreCommand(tenant: Command): void {
  tenant
    .command("restore")
    .description("give a tenant's backed-up history and ticks to a tenant that has none, and prove it")
    .requiredOption("--tenant <id>", "whose backups", tenantId)
    .option("--as <id>", "who gets them; without it the same tenant, where it is gone", tenantId)
    .option("--to <moment>", "only what had happened by then: an ISO 8601 time, or a position", moment)
    .addOption(
      new Option("--from <origin>", "the backup server alone, or the event store and the tables that stand")
        .choices(["backup", "events"])
        .default("backup"),
    )
    .option("--in-place", "make the tables of a tenant anew whose history stands; the old ones are kept aside")
    .option("--dry-run", "only tell what would be used")
    .option("--timeout <seconds>", "how long to wait for the read models", Number, 3600)
    .option("--json", "print JSON")
    .action((options: Options) => restore(options));

  tenant
    .command("confirm-restore")
    .argument("<id>")
    .description("delete the tables that a restore in place has kept aside")
    .action(async (tenantId: string) => {
      await withServers({ patient: true }, ({ postgres }) => dropBeside(postgres, tenantId, "kept"));
      print({}, {}, () => `${tenantId}: the old tables are deleted`);
    });

  tenant
    .command("undo-restore")
    .argument("<id>")
    .description("put back the tables that a restore in place has kept aside, brought to the present")
    .action(async (tenantId: string) => {
      await withServers({ patient: true }, async ({ postgres, eventStore }) => {
        await swapIn(postgres, tenantId, "kept", (client) => bringReadModels(client, eventStore, tenantId));
        await dropBeside(postgres, tenantId, "restoring");
      });
      print({}, {}, () => `${tenantId} has its old tables again`);
    });

  tenant
    .command("release")
    .argument("<id>")
    .description("let a restored tenant trade again")
    .action(async (tenantId: string) => {
      await (await connect("platform", "operator")).call("releaseTenant", { tenantId });
      print({}, {}, () => `${tenantId} is released`);
    });
}

async function restore(options: Options) {
  const { tenant: source, as: target = source, from, to: until, inPlace, dryRun, timeout, json } = options;
  if (inPlace && (options.as || until))
    throw new CommandFailed(
      2,
      "In place a tenant is brought to the present: its history is never taken back. Use --as.",
    );
  await withServers({ patient: true }, async ({ postgres, eventStore }) => {
    const environment = environmentOfServers();
    const keys = await loadTenantKeys(environment["TRADESAGE_KEYS"] ?? "");
    const server = openBackupServer(backupServerSettings.parse(environment));
    try {
      const common = { server, keys, postgres, eventStore, source, target, from, ...(until && { until }) };
      const files = await planRestore({ ...common, ...(inPlace && { inPlace }) });
      if (dryRun)
        return print({ json }, files, () =>
          table(
            ["FILE", "KIND", "BYTES", "AFTER", "UP TO"],
            files.map(({ path, bytes, header }) => [path, header.kind, String(bytes), header.after, header.upTo]),
          ),
        );
      const bar = progress(
        "bytes",
        files.reduce((sum, { bytes }) => sum + bytes, 0),
        { json },
      );
      const bring = (client: PoolClient) => bringReadModels(client, eventStore, target);
      const restored = inPlace
        ? await restoreInPlace({ ...common, bring, onProgress: bar.advance })
        : await restoreTenant({ ...common, onProgress: bar.advance });
      bar.finish();
      const { events, rows } = restored;
      // In place they were brought to the end already.
      const position = "position" in restored ? restored.position : 0n;
      const proof = await proven(() => compareWithReplay({ postgres, eventStore }, target), position, timeout);
      const equal = proof.differences.length === 0;
      const loaded = Object.values(rows).reduce((all, { rows: count }) => all + Number(count), 0);
      await record(eventStore, {
        type: "FinishRestore",
        data: { tenantId: target, events, rows: loaded + proof.rows, equal },
      });
      const report = { source, target, ...restored, position: String(position), equal, read: proof.rows };
      print({ json }, report, () => told(report));
      if (!equal) process.exitCode = 1;
    } catch (error) {
      if (error instanceof RestoreError) throw new CommandFailed(4, `${error.code}: ${error.message}`);
      throw error;
    } finally {
      server.close();
    }
  });
}

type Report = {
  readonly source: string;
  readonly target: string;
  readonly equal: boolean;
  readonly read: number;
} & Pick<Restored, "events" | "rows"> &
  Partial<Pick<Restored, "last"> & Pick<RestoredInPlace, "notTakenOver">>;

function told({ source, target, events, last, rows, equal, read, ...more }: Report): string {
  const upTo = last ? `, up to ${last.at}` : "";
  return [
    `${events} events of ${source}${upTo}, each held against the chain`,
    ...Object.entries(rows).map(([name, { rows: count }]) => `${name}: ${count} rows, checksum equal`),
    equal
      ? `equal: ${read} rows of its read models are what a replay of its history gives`
      : "its read models differ from a replay",
    ...(more.notTakenOver ? [`what was written to ticks since the backup is lost: ${more.notTakenOver}`] : []),
    ...("notTakenOver" in more
      ? [`the old tables are kept aside until: tradesage tenant confirm-restore ${target}`]
      : []),
    `${target} is held: nothing is traded for it until: tradesage tenant release ${target}`,
  ].join("\n");
}

type Comparison = Awaited<ReturnType<typeof compareWithReplay>>;

/** Compares the read models with a replay once they have come as far as the restored history. */
async function proven(compare: () => Promise<Comparison>, position: bigint, seconds: number): Promise<Comparison> {
  for (const deadline = Date.now() + seconds * 1000; ; ) {
    const comparison = await compare();
    if (comparison.position >= position) return comparison;
    if (Date.now() > deadline)
      throw new CommandFailed(1, `the read models have come only as far as ${comparison.position} of ${position}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function tenantId(text: string): string {
  const parsed = TenantId.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError("Expected a tenant's id.");
  return parsed.data;
}

function moment(text: string): NonNullable<Options["to"]> {
  if (/^\d{1,20}$/.test(text)) return { position: BigInt(text) };
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError("Expected an ISO 8601 time, or a position.");
  return { time };
}
