import type { AuditEntry, ModelAsOf, StateAsOf } from "@tradesage/contracts";
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
  installation = await startInstallation();
  [acme] = await Promise.all([installation.tenant("acme"), installation.tenant("other")]);
  await acme.openAccount("main", "100");
  first = (await acme.history()).at(-1)?.position.toString() ?? "";
  second = (await acme.admin.call("deposit", { accountId: "main", amount: "30" })).position;
  await acme.admin.call("deposit", { accountId: "main", amount: "1" });
}, 120_000);
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
