import {
  backupServerSettings,
  type InPlaceOptions,
  openBackupServer,
  planRestore,
  type Restored,
  type RestoredInPlace,
  RestoreError,
  type RestoreOptions,
  record,
  restoreInPlace,
  restoreTenant,
} from "@tradesage/backups";
import { TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { dropBeside, type Postgres, RowsDiffer, swapIn, type TableSums } from "@tradesage/postgres";
import { bringReadModels } from "@tradesage/projections";
import { loadTenantKeys } from "@tradesage/secrets";
import { type Command, InvalidArgumentError, Option } from "commander";
import { backupFailure } from "../backup-failure.ts";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print } from "../output.ts";
import { restoreBar } from "../restore/bar.ts";
import { freeSpace, toldPlan } from "../restore/plan.ts";
import { type Proof, type ProveOptions, prove, proveRestored } from "../restore/prove.ts";
import { type Report, tablesOf, told } from "../restore/report.ts";
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
    .option("--dry-run", "only tell what would be read, how long it would take, and how much room it would need")
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
        await swapIn(postgres, tenantId, "kept", {
          bring: (client) => bringReadModels(client, eventStore, tenantId),
        });
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
  if (inPlace && options.as) throw new CommandFailed(2, "--in-place is for the tenant itself; --as is for a new one.");
  if (inPlace && until) throw pastInPlace(source);
  await withServers({ patient: true }, async ({ postgres, eventStore }) => {
    const environment = environmentOfServers();
    const keys = await loadTenantKeys(environment["TRADESAGE_KEYS"] ?? "");
    const server = openBackupServer(backupServerSettings.parse(environment));
    const servers = { postgres, eventStore };
    try {
      const common = { server, keys, ...servers, source, target, from, ...(until && { until }) };
      const plan = await planRestore({ ...common, inPlace: inPlace === true });
      const free = await freeSpace();
      if (dryRun) return print({ json }, { ...plan, free }, () => toldPlan(plan, free));
      // Standard output is the report's.
      if (!json) process.stderr.write(`${toldPlan(plan, free)}\n\n`);
      const bar = restoreBar(plan, { json });
      const begun = performance.now();
      const work = inPlace
        ? remade(servers, target, (parts) => restoreInPlace({ ...common, ...parts, onProgress: bar.advance }))
        : given(servers, common, { withinSeconds: timeout, onProgress: bar.advance });
      const { report, loaded, seconds } = await work.finally(bar.finish);
      const { history, tables, equal } = report;
      const proof = (performance.now() - begun) / 1000 - seconds.history - seconds.tables;
      await record(eventStore, {
        type: "FinishRestore",
        data: {
          ...{ tenantId: target, events: history.events, equal },
          rows: tables.reduce((all, one) => all + one.rows, 0),
          took: { inPlace: inPlace === true, loaded, ...seconds, proof },
        },
      });
      print({ json }, report, () => told(report));
      if (!equal) throw new CommandFailed(1, `MISMATCH: ${target} is not what ${source} was: see the report`);
    } catch (error) {
      if (error instanceof RowsDiffer) throw new CommandFailed(1, `MISMATCH: ${error.message}`);
      throw backupFailure(error);
    } finally {
      server.close();
    }
  });
}

interface Servers {
  readonly postgres: Postgres;
  readonly eventStore: EventStore;
}

interface Done {
  readonly report: Report;
  /** Rows, and seconds, as the next restore's estimate wants to know. */
  readonly loaded: number;
  readonly seconds: Restored["seconds"];
}

const loadedOf = (rows: TableSums) => Object.values(rows).reduce((all, one) => all + Number(one.rows), 0);

/** A tenant that is given a history: its read models follow from it by themselves. */
async function given(servers: Servers, options: RestoreOptions, waiting: ProveOptions): Promise<Done> {
  const { source, target } = options;
  const restored = await restoreTenant({ ...options, onProgress: waiting.onProgress });
  const { events, last, head, rows, seconds } = restored;
  const proof = await proveRestored(servers, target, restored, waiting);
  const history = { events, head, ...(last && { upTo: last }) };
  return {
    report: { source, target, ...proof, history, tables: tablesOf(rows, proof) },
    ...{ loaded: loadedOf(rows), seconds },
  };
}

/** A tenant whose tables are made anew: the proof comes before they take the place of the old ones. */
async function remade(
  { eventStore }: Servers,
  tenant: string,
  work: (parts: Pick<InPlaceOptions, "bring" | "prove">) => Promise<RestoredInPlace>,
): Promise<Done> {
  let proof: Proof = { tables: [], differences: [], accounts: [], equal: false };
  const both = { source: tenant, target: tenant };
  try {
    const { events, head, rows, seconds, notTakenOver } = await work({
      bring: (client) => bringReadModels(client, eventStore, tenant),
      async prove(client) {
        proof = await prove(client, eventStore, tenant);
        return proof;
      },
    });
    const report: Report = {
      ...{ ...both, ...proof, oldTables: "kept aside" },
      history: { events, ...(head && { head }) },
      tables: tablesOf(rows, proof),
      ...(notTakenOver && { lostTicks: notTakenOver }),
    };
    return { report, loaded: loadedOf(rows), seconds };
  } catch (error) {
    if (error instanceof RestoreError && error.code === "MISMATCH") {
      const tables = tablesOf({}, proof);
      const report: Report = { ...both, ...proof, history: { events: 0 }, tables, oldTables: "left in place" };
      return { report, loaded: 0, seconds: { history: 0, tables: 0 } };
    }
    // What stands is as it was, and may be released again.
    await record(eventStore, { type: "FinishRestore", data: { tenantId: tenant, events: 0, rows: 0, equal: false } });
    throw error;
  }
}

const pastInPlace = (tenant: string) =>
  new CommandFailed(
    4,
    `PAST_IN_PLACE: a history is not taken back: what came since was acknowledged. Restore it beside, and suspend this one:
  tradesage tenant restore --tenant ${tenant} --as ${tenant}_then --to …
  tradesage tenant suspend ${tenant}`,
  );

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
