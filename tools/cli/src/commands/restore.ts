import {
  backupServerSettings,
  openBackupServer,
  planRestore,
  RestoreError,
  record,
  restoreTenant,
} from "@tradesage/backups";
import { TenantId } from "@tradesage/contracts";
import { compareWithReplay } from "@tradesage/projections";
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
    .option("--dry-run", "only tell what would be used")
    .option("--timeout <seconds>", "how long to wait for the read models", Number, 3600)
    .option("--json", "print JSON")
    .action((options: Options) => restore(options));

  tenant
    .command("release")
    .argument("<id>")
    .description("let a restored tenant trade again")
    .action(async (tenantId: string) => {
      await (await connect("platform", "operator")).call("releaseTenant", { tenantId });
      print({}, {}, () => `${tenantId} is released`);
    });
}

async function restore({ tenant: source, as: target = source, from, to: until, dryRun, timeout, json }: Options) {
  await withServers({ patient: true }, async ({ postgres, eventStore }) => {
    const environment = environmentOfServers();
    const keys = await loadTenantKeys(environment["TRADESAGE_KEYS"] ?? "");
    const server = openBackupServer(backupServerSettings.parse(environment));
    try {
      const common = { server, keys, postgres, eventStore, source, target, from, ...(until && { until }) };
      const files = await planRestore(common);
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
      const { events, last, position, rows } = await restoreTenant({ ...common, onProgress: bar.advance });
      bar.finish();
      const proof = await proven(() => compareWithReplay({ postgres, eventStore }, target), position, timeout);
      const equal = proof.differences.length === 0;
      const loaded = Object.values(rows).reduce((all, { rows: count }) => all + Number(count), 0);
      await record(eventStore, {
        type: "FinishRestore",
        data: { tenantId: target, events, rows: loaded + proof.rows, equal },
      });
      const report = { source, target, events, last, rows, equal, read: proof.rows };
      print({ json }, report, () =>
        [
          `${target} has ${events} events of ${source}, up to ${last?.at ?? "the beginning"}, each held against the chain`,
          ...Object.entries(rows).map(([name, { rows: count }]) => `${name}: ${count} rows, checksum equal`),
          report.equal
            ? `equal: ${proof.rows} rows of its read models are what a replay of its history gives`
            : `${proof.differences.length} rows of its read models differ from a replay`,
          `${target} is held: nothing is traded for it until: tradesage tenant release ${target}`,
        ].join("\n"),
      );
      if (!report.equal) process.exitCode = 1;
    } catch (error) {
      if (error instanceof RestoreError) throw new CommandFailed(4, `${error.code}: ${error.message}`);
      throw error;
    } finally {
      server.close();
    }
  });
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
