import type { BackupView } from "@tradesage/contracts";
import { sumsOf } from "@tradesage/postgres";
import { generateTicks } from "@tradesage/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tradesage } from "../src/command-line.ts";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";
import { until } from "../src/until.ts";

const TICKS = 3_000;
const LATER_TICKS = 700;

/** Rows as sums, without what is only of this history's place in the store. */
const sums = ({ postgres }: Installation, tenant: string) => postgres.tenant(tenant, (_, client) => sumsOf(client));
/** Tables whose rows no history gives. */
const market = (held: object) => Object.keys(held).filter((name) => name === "ticks" || name.startsWith("bars_"));
const balance = async (installation: Installation, tenant: string) => {
  const api = await installation.api(tenant, "admin");
  return (await api.call("getAccount", { accountId: "main" })).balance;
};
const run = async (installation: Installation, ...args: readonly string[]) => {
  const ran = await tradesage(installation.folder, ...args);
  expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
  return ran.stdout;
};

describe("a tenant that is backed up", () => {
  let installation: Installation;
  let acme: Tenant;
  let before: Awaited<ReturnType<typeof sums>>;
  let full: BackupView;
  let middle: string;
  let barsOfTheFirst: string | undefined;

  beforeAll(async () => {
    installation = await startInstallation();
    [acme] = await Promise.all([installation.tenant("acme"), installation.tenant("other")]);
    await acme.openAccount("main", "100000");
    await acme.trader.call("writeJournalEntry", { accountId: "main", text: "Nothing to do today." });
    await acme.stream(
      "EURUSD",
      generateTicks({ symbol: "EURUSD", count: TICKS, seed: 7, start: Date.now() - 3_600_000 }),
    );
    await until("its ticks are stored", 20_000, async () => (await acme.tickCount()) === TICKS);
    full = JSON.parse(await run(installation, "backup", "run", "--tenant", "acme", "--json")) as BackupView;
    barsOfTheFirst = (await sums(installation, "acme"))["bars_1s"]?.rows;
    middle = (await acme.admin.call("deposit", { accountId: "main", amount: "11" })).position;
    await acme.admin.call("deposit", { accountId: "main", amount: "500" });
    // Ticks of later than the moment in the middle.
    await acme.stream("GBPUSD", generateTicks({ symbol: "GBPUSD", count: LATER_TICKS, seed: 8, start: Date.now() }));
    await until("they are stored", 20_000, async () => (await acme.tickCount()) === TICKS + LATER_TICKS);
    await run(installation, "backup", "run", "--tenant", "acme", "--kind", "incremental");
    before = await sums(installation, "acme");
  }, 180_000);
  afterAll(() => installation?.stop());

  test("has its archives on the backup server, with what was read back of them", async () => {
    expect(full).toMatchObject({ kind: "full", status: "unproven" });
    expect(full.files.map(({ path }) => path.split(".").at(-1))).toEqual(["segment", "snapshot"]);
    const listed = JSON.parse(await run(installation, "backup", "list", "--tenant", "acme", "--json"));
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatchObject({ kind: "incremental", status: "unproven" });
    const operator = await installation.api("platform", "operator");
    await expect(operator.call("requestBackup", { tenantId: "nobody" })).rejects.toMatchObject({
      code: "TENANT_NOT_FOUND",
    });
    await expect(acme.admin.call("requestBackup", { tenantId: "acme" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("is given to a new tenant, equal, while others work", async () => {
    const report = JSON.parse(
      await run(installation, "tenant", "restore", "--tenant", "acme", "--as", "acme_copy", "--json"),
    );
    expect(report).toMatchObject({ equal: true, rows: { ticks: { rows: String(TICKS + LATER_TICKS) } } });
    expect(await balance(installation, "acme_copy")).toBe("100511.00");
    const after = await sums(installation, "acme_copy");
    for (const table of market(before)) expect(after[table]).toEqual(before[table]);
    for (const model of ["accounts", "journal_entries", "journal_wordings"])
      expect([model, after[model]?.rows]).toEqual([model, "1"]);
    expect(await sums(installation, "acme")).toEqual(before);
  });

  test("is given to a new tenant out of the event store and the tables alone, and is held until it is released", async () => {
    const args = ["tenant", "restore", "--tenant", "acme", "--as", "acme_again", "--from", "events", "--json"];
    expect(JSON.parse(await run(installation, ...args))).toMatchObject({ equal: true });
    const after = await sums(installation, "acme_again");
    for (const table of market(before)) expect(after[table]).toEqual(before[table]);
    const admin = await installation.api("acme_again", "admin");
    const deposit = () => admin.call("deposit", { accountId: "main", amount: "1" });
    await expect(deposit()).rejects.toMatchObject({ code: "TENANT_HELD" });
    await run(installation, "tenant", "release", "acme_again");
    await until("it is released", 20_000, () =>
      deposit().then(
        () => true,
        () => false,
      ),
    );
    await until("its balance is told", 20_000, async () => (await balance(installation, "acme_again")) === "100512.00");
  });

  test("is given to a new tenant as it was at a moment of its past", async () => {
    await run(installation, "tenant", "restore", "--tenant", "acme", "--as", "acme_then", "--to", middle);
    expect(await balance(installation, "acme_then")).toBe("100011.00");
    const then = await sums(installation, "acme_then");
    expect(then["ticks"]?.rows).toBe(String(TICKS));
    expect(then["bars_1s"]?.rows).toBe(barsOfTheFirst);
  });

  test("is unproven until its newest backup was restored on trial", async () => {
    const proven = JSON.parse(await run(installation, "backup", "test", "--tenant", "acme", "--json"));
    expect(proven).toMatchObject({ kind: "incremental", status: "proven", testedAt: expect.any(String) });
    const operator = await installation.api("platform", "operator");
    const { items } = await operator.call("listBackups", { tenantId: "acme" });
    expect(items.map(({ status }) => status)).toEqual(["proven", "unproven"]);
  });

  test("is never restored over a tenant that is there, nor out of nothing", async () => {
    const over = await tradesage(installation.folder, "tenant", "restore", "--tenant", "acme");
    expect(over).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("TENANT_EXISTS") });
    const nothing = await tradesage(installation.folder, "tenant", "restore", "--tenant", "other", "--as", "new_one");
    expect(nothing).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("NO_BACKUP") });
  });

  test("has its tables made anew in place, while its ticks and those of others come in; the old ones are kept aside", async () => {
    await installation.postgres.tenant("acme", (_, client) => client.query("delete from accounts"));
    const streaming = acme.stream("USDJPY", generateTicks({ symbol: "USDJPY", count: 2000, seed: 9, rate: 400 }));
    const report = JSON.parse(await run(installation, "tenant", "restore", "--tenant", "acme", "--in-place", "--json"));
    expect(report).toMatchObject({ equal: true });
    expect(await balance(installation, "acme")).toBe("100511.00");
    await streaming;
    await until("all ticks are there", 30_000, async () => (await acme.tickCount()) === TICKS + LATER_TICKS + 2000);
    await expect(acme.admin.call("deposit", { accountId: "main", amount: "1" })).rejects.toMatchObject({
      code: "TENANT_HELD",
    });
    await run(installation, "tenant", "undo-restore", "acme");
    expect(await acme.tickCount()).toBe(TICKS + LATER_TICKS + 2000);
    await run(installation, "tenant", "restore", "--tenant", "acme", "--in-place", "--from", "events", "--json");
    await run(installation, "tenant", "confirm-restore", "acme");
    await run(installation, "tenant", "release", "acme");
    const deposit = () => acme.admin.call("deposit", { accountId: "main", amount: "1" });
    await until("it trades", 20_000, () =>
      deposit().then(
        () => true,
        () => false,
      ),
    );
    expect(await acme.tickCount()).toBe(TICKS + LATER_TICKS + 2000);
    expect(await balance(installation, "acme")).toBe("100512.00");
    const { rows } = await installation.postgres.owner((client) =>
      client.query("select nspname from pg_namespace where nspname like 'kept%' or nspname like 'restoring%'"),
    );
    expect(rows).toEqual([]);
  }, 180_000);

  test("is back in an installation of which only the backup server and the keys are left", async () => {
    const fresh = await startInstallation({ remains: installation.folder });
    try {
      const plan = await run(fresh, "tenant", "restore", "--tenant", "acme", "--dry-run");
      expect(plan.match(/segment/g)?.length).toBeGreaterThanOrEqual(2);
      const report = JSON.parse(await run(fresh, "tenant", "restore", "--tenant", "acme", "--json"));
      expect(report).toMatchObject({ equal: true });
      expect(await balance(fresh, "acme")).toBe("100511.00");
      const after = await sums(fresh, "acme");
      for (const table of market(before)) expect(after[table]).toEqual(before[table]);
      const admin = await fresh.api("acme", "admin");
      await run(fresh, "tenant", "release", "acme");
      const deposit = () => admin.call("deposit", { accountId: "main", amount: "1" });
      await until("it trades", 20_000, () =>
        deposit().then(
          () => true,
          () => false,
        ),
      );
      await run(fresh, "backup", "run", "--tenant", "acme");
    } finally {
      await fresh.stop();
    }
  }, 180_000);
});
