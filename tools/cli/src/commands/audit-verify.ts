import { readFile } from "node:fs/promises";
import {
  type BackedUpHistory,
  backedUpHistory,
  backupServerSettings,
  expectBackupOf,
  openBackupServer,
} from "@tradesage/backups";
import { ChainRecord, chainStream, SignedHead } from "@tradesage/contracts";
import {
  collect,
  type Finding,
  type VerifiedBoth,
  verifyBackup,
  verifyBoth,
  verifyStore,
} from "@tradesage/event-chain";
import type { EventStore } from "@tradesage/event-store";
import { loadHeadVerifier, loadTenantKeys } from "@tradesage/secrets";
import { type Command, Option } from "commander";
import { backupFailure } from "../backup-failure.ts";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";
import { environmentOfServers, withServers } from "../servers.ts";

interface Options {
  readonly tenant: string;
  readonly source: "store" | "backup" | "both";
  readonly heads?: string;
  readonly json?: boolean;
}

export function auditChainCommands(audit: Command): void {
  audit
    .command("chain")
    .description("the newest signed heads of a tenant's chain of events: kept elsewhere, they prove its history")
    .requiredOption("--tenant <id>", "whose")
    .option("--json", "print JSON, as `audit verify --heads` takes it")
    .action(async ({ tenant, json }: { tenant: string; json?: boolean }) => {
      const { items } = await (await connect(tenant, "auditor")).call("listChainHeads", { tenantId: tenant });
      print({ json }, items, () =>
        table(
          ["UP TO", "RECORDED", "HEAD"],
          items.map(({ upTo, recordedAt, head }) => [upTo, recordedAt, head]),
        ),
      );
    });

  audit
    .command("verify")
    .description("find every event that was changed, deleted or inserted; exit code 1 where there is one")
    .requiredOption("--tenant <id>", "whose history")
    .addOption(new Option("--source <source>", "where").choices(["store", "backup", "both"]).default("both"))
    .option("--heads <file>", "heads that `audit chain --json` gave before: the chain must still go through them")
    .option("--json", "print JSON")
    .action(verify);
}

async function verify({ tenant, source, heads, json }: Options): Promise<void> {
  await withServers({}, async ({ eventStore }) => {
    const pages = (after?: bigint) =>
      eventStore.readPages({ ...(after !== undefined && { after }), streamPrefixes: [`${tenant}-`] });
    const findings: Finding[] = [];
    if (source === "backup") {
      await withBackup(tenant, ({ lines }) => collect(verifyBackup(lines()), findings));
      return report({ findings }, { json });
    }
    const chain = await chainOf(eventStore, tenant, heads);
    if (source === "store") {
      const verified = await collect(verifyStore({ ...chain, pages: pages() }), findings);
      return report({ ...verified, findings }, { json });
    }
    await withBackup(tenant, async ({ upTo, lines }) => {
      await expectBackupOf(eventStore, tenant, { upTo });
      const head = await newestHead(eventStore, tenant, upTo);
      report(await verifyBoth({ pages, chain, lines, head }), { json });
    });
  });
}

/** What is kept of a tenant's chain, and what tells whether it is ours. */
async function chainOf(eventStore: EventStore, tenant: string, heads: string | undefined) {
  const { verify } = await loadHeadVerifier(keysFolder());
  const isSigned = async ({ upTo, head, signature }: ChainRecord) => {
    const signed = await verify(signature);
    return signed?.tenantId === tenant && signed.upTo === upTo && signed.head === head;
  };
  return { records: recordsOf(eventStore, tenant), isSigned, known: await knownHeads(heads, tenant, verify) };
}

async function withBackup<Result>(tenant: string, work: (history: BackedUpHistory) => Promise<Result>) {
  const server = openBackupServer(backupServerSettings.parse(environmentOfServers()));
  try {
    return await work(await backedUpHistory(server, await loadTenantKeys(keysFolder()), tenant));
  } catch (error) {
    throw backupFailure(error);
  } finally {
    server.close();
  }
}

const keysFolder = (): string => environmentOfServers()["TRADESAGE_KEYS"] ?? "";

async function* recordsOf(
  eventStore: EventStore,
  tenant: string,
  direction: "forwards" | "backwards" = "forwards",
): AsyncGenerator<ChainRecord> {
  for await (const { data } of eventStore.readStream(chainStream(tenant), { direction })) yield ChainRecord.parse(data);
}

/** The newest head that was recorded up to and with a position. */
async function newestHead(eventStore: EventStore, tenant: string, upTo: bigint): Promise<ChainRecord | undefined> {
  for await (const record of recordsOf(eventStore, tenant, "backwards")) if (BigInt(record.upTo) <= upTo) return record;
  return undefined;
}

type Verify = Awaited<ReturnType<typeof loadHeadVerifier>>["verify"];

/** The heads of a file, by position. Each must bear our signature: else the file itself was changed. */
async function knownHeads(
  file: string | undefined,
  tenant: string,
  verify: Verify,
): Promise<ReadonlyMap<string, string>> {
  const heads = file === undefined ? [] : SignedHead.array().parse(JSON.parse(await readFile(file, "utf8")));
  const known = new Map<string, string>();
  for (const { signature } of heads) {
    const signed = await verify(signature);
    if (signed?.tenantId !== tenant)
      throw new CommandFailed(2, `${file} holds a head of ${tenant} that is not signed by us`);
    known.set(signed.upTo, signed.head);
  }
  return known;
}

type Report = Pick<VerifiedBoth, "findings"> & Partial<VerifiedBoth>;

function report(report: Report, options: { json?: boolean | undefined }): void {
  const { findings, chained, unchained, sameUpTo } = report;
  const sizes = chained === undefined ? "" : `: ${chained} events are in the chain, ${unchained} later ones not yet`;
  const common = sameUpTo === undefined ? "" : `; the store and the backup have the same head at ${sameUpTo}`;
  print(options, { intact: findings.length === 0, ...report }, () =>
    findings.length === 0
      ? `intact${sizes}${common}`
      : table(
          ["WHERE", "WHAT", "POSITION", "STREAM", "REVISION", "TYPE"],
          findings.map(({ where, kind, position, stream = "", revision = "", type = "" }) => [
            ...[where, kind, position, stream, revision, type],
          ]),
        ),
  );
  if (findings.length > 0) process.exitCode = 1;
}
