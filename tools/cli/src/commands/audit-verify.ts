import { readFile } from "node:fs/promises";
import { backedUpEvents, backupServerSettings, openBackupServer } from "@tradesage/backups";
import { ChainRecord, chainStream, SignedHead } from "@tradesage/contracts";
import {
  compareHistories,
  type Finding,
  reconcile,
  type Verified,
  verifyBackup,
  verifyStore,
} from "@tradesage/event-chain";
import type { EventStore } from "@tradesage/event-store";
import { loadHeadVerifier, loadTenantKeys } from "@tradesage/secrets";
import { type Command, Option } from "commander";
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
    const environment = environmentOfServers();
    const folder = environment["TRADESAGE_KEYS"] ?? "";
    const events = () => eventStore.readAll({ streamPrefixes: [`${tenant}-`] });
    const findings: Finding[] = [];
    let verified: Verified | undefined;
    if (source !== "backup") {
      const verifier = await loadHeadVerifier(folder);
      const isSigned = async ({ upTo, head, signature }: ChainRecord) => {
        const signed = await verifier.verify(signature);
        return signed?.tenantId === tenant && signed.upTo === upTo && signed.head === head;
      };
      const known = await knownHeads(heads, tenant, (signature) => verifier.verify(signature));
      verified = await collect(
        verifyStore({ events: events(), records: recordsOf(eventStore, tenant), isSigned, known }),
        findings,
      );
    }
    if (source === "store") return report(findings, verified, { json });
    const keys = await loadTenantKeys(folder);
    const server = openBackupServer(backupServerSettings.parse(environment));
    try {
      const lines = () => backedUpEvents(server, keys, tenant);
      await collect(verifyBackup(lines()), findings);
      const differences = source === "both" ? await Array.fromAsync(compareHistories(events(), lines())) : [];
      report(reconcile(findings, differences), verified, { json });
    } finally {
      server.close();
    }
  });
}

async function* recordsOf(eventStore: EventStore, tenant: string): AsyncGenerator<ChainRecord> {
  for await (const { data } of eventStore.readStream(chainStream(tenant))) yield ChainRecord.parse(data);
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

async function collect<Result>(from: AsyncGenerator<Finding, Result>, findings: Finding[]): Promise<Result> {
  for (;;) {
    const { done, value } = await from.next();
    if (done) return value;
    findings.push(value);
  }
}

function report(
  findings: readonly Finding[],
  verified: Verified | undefined,
  options: { json?: boolean | undefined },
): void {
  const sizes = verified
    ? `: ${verified.chained} events are in the chain, ${verified.unchained} later ones not yet`
    : "";
  print(options, { intact: findings.length === 0, ...verified, findings }, () =>
    findings.length === 0
      ? `intact${sizes}`
      : table(
          ["WHERE", "WHAT", "POSITION", "STREAM", "REVISION", "TYPE"],
          findings.map(({ where, kind, position, stream = "", revision = "", type = "" }) => [
            ...[where, kind, position, stream, revision, type],
          ]),
        ),
  );
  if (findings.length > 0) process.exitCode = 1;
}
