import { createReadStream } from "node:fs";
import { glob, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buffer } from "node:stream/consumers";
import { openArchive, sealArchive } from "@tradesage/archive";
import type { AuditEntry, ModelAsOf, StateAsOf } from "@tradesage/contracts";
import { ChainedEvent, type Finding } from "@tradesage/event-chain";
import { loadTenantKeys } from "@tradesage/secrets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tradesage } from "../src/command-line.ts";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";

let installation: Installation;
let acme: Tenant;
/** Positions at which the account's balance was 100, and 130. */
let first: string;
let second: string;

const run = async (...args: readonly string[]) => {
  const ran = await tradesage(installation.folder, "audit", ...args);
  expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
  return ran.stdout;
};

beforeAll(async () => {
  installation = await startInstallation({ env: { CHAIN_AFTER_MS: "2000" } });
  [acme] = await Promise.all([installation.tenant("acme"), installation.tenant("other")]);
  await acme.openAccount("main", "100");
  first = (await acme.history()).at(-1)?.position.toString() ?? "";
  second = (await acme.admin.call("deposit", { accountId: "main", amount: "30" })).position;
  await acme.admin.call("deposit", { accountId: "main", amount: "1" });
});
afterAll(() => installation?.stop());

describe("an auditor", () => {
  test("sees on the command line who did what, and what it led to", async () => {
    const lines = (await run("events", "--tenant", "acme", "--account", "main", "--format", "ndjson")).trimEnd();
    const events = lines.split("\n").map((line) => JSON.parse(line) as AuditEntry);
    expect(events.map(({ type, actor }) => `${actor} ${type}`)).toEqual([
      "e2e-admin AccountOpened",
      ...Array.from({ length: 3 }, () => "e2e-admin FundsDeposited"),
    ]);
    expect(await run("events", "--tenant", "acme", "--type", "FundsDeposited")).toContain("acme-account-main");
    const tree = await run("tree", "--tenant", "acme", "--command", events[0]?.command ?? "");
    expect(tree).toContain("AccountOpened in acme-account-main #0");
  });

  test("is told what an account was at any moment, and what has changed between two", async () => {
    const then = JSON.parse(await run("state", "account", "main", "--tenant", "acme", "--at", first, "--json"));
    expect(then).toMatchObject({ last: { position: first }, state: { accountId: "main", balance: "100" } });
    const changed = await run("state", "account", "main", "--tenant", "acme", "--since", first, "--at", second);
    expect(changed).toMatch(/\/balance +100 +130/);
    const yesterday = await run(
      "state",
      "account",
      "main",
      "--tenant",
      "acme",
      "--at",
      "2020-01-01T00:00:00Z",
      "--json",
    );
    expect(JSON.parse(yesterday)).toEqual({ state: null });
  });

  test("is told what any aggregate was, and any read model", async () => {
    const auditor = await installation.api("acme", "auditor");
    const { state } = await auditor.call("getTenantState", {});
    expect(state).toMatchObject({ status: "active" });
    expect((await auditor.call("getBackupsState", {})).state).toHaveProperty("shipped");
    const rows = await auditor.call("getModelAsOf", { model: "accounts", at: second });
    expect(rows).toMatchObject<Partial<ModelAsOf>>({ items: [{ key: "main", row: { balance: "130.00" } }] });
    const live = await acme.admin.call("getAccount", { accountId: "main" });
    const now = await auditor.call("getModelAsOf", { model: "accounts", since: second });
    expect(now.items).toMatchObject([{ before: { balance: "130.00" }, row: { balance: live.balance } }]);
    expect(await run("model", "accounts", "--tenant", "acme", "--since", second)).toMatch(
      /main +balance +130.00 +131.00/,
    );
  });

  test("of another tenant is told of his own alone", async () => {
    const stranger = await installation.api("other", "auditor");
    expect(await stranger.call("getAccountState", { accountId: "main" })).toEqual<StateAsOf>({ state: null });
    expect((await stranger.call("getModelAsOf", { model: "accounts" })).items).toEqual([]);
    const auditor = await installation.api("acme", "auditor");
    await expect(auditor.call("getAccount", { accountId: "main" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(acme.trader.call("getTenantState", {})).rejects.toMatchObject({ code: "FORBIDDEN" });
    for (const wrong of [{ at: "soon" }, { since: "-1" }, { path: "positions" }])
      await expect(auditor.call("getTenantState", wrong)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

interface VerifyReport {
  readonly intact: boolean;
  readonly findings: readonly Finding[];
  readonly sameUpTo?: string;
}

describe("the history", () => {
  /** What `audit verify` finds, of which source. */
  const verify = async (source: string): Promise<VerifyReport> => {
    const ran = await tradesage(
      installation.folder,
      "audit",
      "verify",
      "--tenant",
      "acme",
      "--source",
      source,
      "--json",
    );
    expect([0, 1], ran.stderr).toContain(ran.exitCode);
    const report = JSON.parse(ran.stdout) as VerifyReport;
    expect(report.intact).toBe(ran.exitCode === 0);
    return report;
  };
  /** Writes to the event store's own file, behind its back. */
  const tamper = (sql: string) => {
    const file = new DatabaseSync(join(installation.folder, "data/event-store/events.sqlite"), { timeout: 5000 });
    file.exec(sql);
    file.close();
  };

  test("is intact in the store, in the backup, and between the two, which have one chain", async () => {
    const auditor = await installation.api("acme", "auditor");
    const heads = async () => (await auditor.call("listChainHeads", { tenantId: "acme" })).items;
    await expect.poll(heads, { timeout: 100_000, interval: 1000 }).not.toEqual([]);
    await tradesage(installation.folder, "backup", "run", "--tenant", "acme");
    for (const source of ["store", "backup"])
      expect(await verify(source)).toMatchObject({ intact: true, findings: [] });
    const { sameUpTo, ...both } = await verify("both");
    expect(both).toMatchObject({ intact: true, findings: [] });
    expect((await heads()).map(({ upTo }) => upTo)).toContain(sameUpTo);
  });

  test("of which an event is changed in the backup, which was sealed again, is told with that event", async () => {
    const files = glob("data/ma130/**/*.segment", { cwd: installation.folder });
    const [file = ""] = await Array.fromAsync(files, (path) => join(installation.folder, path));
    const key = (await loadTenantKeys(installation.stack.keysFolder)).backupKeyOf("acme");
    const { header, content } = await openArchive(createReadStream(file), "acme", key);
    const right = await buffer(createReadStream(file));
    const lines = (await buffer(content)).toString().trimEnd().split("\n");
    const at = lines.findIndex((line) => line.includes('"FundsDeposited"'));
    const event = ChainedEvent.parse(JSON.parse(lines[at] ?? ""));
    const changed = JSON.stringify({ ...event, data: { ...event.data, amount: "1000000" } });
    const sealed = sealArchive(
      header,
      key,
      (async function* () {
        yield Buffer.from(`${lines.with(at, changed).join("\n")}\n`);
      })(),
    );
    await writeFile(file, await Array.fromAsync(sealed).then(Buffer.concat));
    const { stream, revision, position, type } = event;
    const findings = [{ where: "backup", kind: "changed", stream, revision, position, type }];
    for (const source of ["backup", "both"]) expect(await verify(source)).toMatchObject({ intact: false, findings });
    expect(await verify("store")).toMatchObject({ intact: true });
    await writeFile(file, right);
  });

  test("of which an event is changed in the store is told with that event", async () => {
    const deposit = (await acme.history()).find(({ type }) => type === "FundsDeposited");
    const change = (from: string, to: string) =>
      tamper(
        `update events set data = cast(replace(cast(data as text), '"amount":"${from}', '"amount":"${to}') as blob)
         where position = ${deposit?.position}`,
      );
    change("1", "9");
    const { findings } = await verify("both");
    change("9", "1");
    expect(findings).toEqual([
      {
        ...{ where: "store", kind: "changed", stream: "acme-account-main", revision: "1" },
        ...{ position: String(deposit?.position), type: "FundsDeposited" },
      },
    ]);
    expect(await verify("both")).toMatchObject({ intact: true });
  });

  test("has signed heads, which its auditors and operators read, and nobody else's", async () => {
    const auditor = await installation.api("acme", "auditor");
    const heads = async () => (await auditor.call("listChainHeads", { tenantId: "acme" })).items;
    const [head] = await heads();
    expect(head).toMatchObject({
      tenantId: "acme",
      signature: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
    });
    const operator = await installation.api("platform", "operator");
    expect((await operator.call("listChainHeads", { tenantId: "acme" })).items).toContainEqual(head);
    await expect(auditor.call("listChainHeads", { tenantId: "other" })).rejects.toMatchObject({
      code: "TENANT_NOT_FOUND",
    });
    const file = join(installation.folder, "heads.json");
    await writeFile(file, await run("chain", "--tenant", "acme", "--json"));
    const held = await run("verify", "--tenant", "acme", "--source", "store", "--heads", file, "--json");
    expect(JSON.parse(held)).toMatchObject({ intact: true });
  });
});
