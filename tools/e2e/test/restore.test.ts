import type { BackupView } from "@tradesage/contracts";
import { isChained } from "@tradesage/event-chain";
import { sumsOf } from "@tradesage/postgres";
import { generateTicks } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tradesage } from "../src/command-line.ts";
import { connectBroker, openFund } from "../src/fund.ts";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";
import { untilSampled } from "../src/sampled.ts";

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
/** What happened in each stream, wherever it lies in the whole history: of a tenant as it was backed up. */
const streamsOf = async ({ eventStore }: Installation, tenant: string) => {
  const all = await Array.fromAsync(eventStore.readAll({ streamPrefixes: [`${tenant}-`] }));
  const told = all.map(({ position: _, at: __, ...event }) => event);
  return Map.groupBy(
    told.filter(({ stream }) => isChained(stream)),
    ({ stream }) => stream,
  );
};
/** But for the samples of what accounts are worth: while positions are held they go on by the clock. */
const stateOf = async (installation: Installation, tenant: string) => {
  const { checkpoints: _, migrations: __, equity_curve: ___, ...tables } = await sums(installation, tenant);
  const rows = Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, rows]));
  return { streams: await streamsOf(installation, tenant), rows, market: market(tables).map((name) => tables[name]) };
};
const run = async (installation: Installation, ...args: readonly string[]) => {
  const ran = await tradesage(installation.folder, ...args);
  expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
  return ran.stdout;
};

/** Has nothing but ticks. */
async function openBoard(installation: Installation): Promise<Tenant> {
  const board = await installation.tenant("board", "basic");
  await board.stream("NZDUSD", generateTicks({ symbol: "NZDUSD", count: 400, seed: 5, start: Date.now() }));
  await until("its ticks are stored", async () => (await board.tickCount()) === 400);
  return board;
}

describe("a tenant that is backed up", () => {
  let installation: Installation;
  let acme: Tenant;
  /** What was there of each tenant at its last backup. */
  const lost: Record<string, Awaited<ReturnType<typeof stateOf>>> = {};
  let before: Awaited<ReturnType<typeof sums>>;
  let full: BackupView;
  let middle: string;
  let barsOfTheFirst: string | undefined;

  beforeAll(async () => {
    installation = await startInstallation();
    const others = [openFund(installation), openBoard(installation)];
    acme = await installation.tenant("acme");
    await acme.openAccount("main", "100000");
    await acme.trader.call("writeJournalEntry", { accountId: "main", text: "Nothing to do today." });
    await acme.stream(
      "EURUSD",
      generateTicks({ symbol: "EURUSD", count: TICKS, seed: 7, start: Date.now() - 3_600_000 }),
    );
    await until("its ticks are stored", async () => (await acme.tickCount()) === TICKS);
    full = JSON.parse(await run(installation, "backup", "run", "--tenant", "acme", "--json")) as BackupView;
    barsOfTheFirst = (await sums(installation, "acme"))["bars_1s"]?.rows;
    middle = (await acme.admin.call("deposit", { accountId: "main", amount: "11" })).position;
    await acme.admin.call("deposit", { accountId: "main", amount: "500" });
    // Ticks of later than the moment in the middle.
    await acme.stream("GBPUSD", generateTicks({ symbol: "GBPUSD", count: LATER_TICKS, seed: 8, start: Date.now() }));
    await until("they are stored", async () => (await acme.tickCount()) === TICKS + LATER_TICKS);
    await untilSampled(acme, "main", "100511.00");
    await run(installation, "backup", "run", "--tenant", "acme", "--kind", "incremental");
    before = await sums(installation, "acme");
    for (const { id } of await Promise.all(others)) await run(installation, "backup", "run", "--tenant", id);
    for (const tenant of ["acme", "fund", "board"]) lost[tenant] = await stateOf(installation, tenant);
  });
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
    expect(report).toMatchObject({ equal: true, history: { head: expect.any(String) } });
    expect(report.tables).toContainEqual(
      expect.objectContaining({ table: "ticks", rows: TICKS + LATER_TICKS, comparedWith: "origin", equal: true }),
    );
    expect(report.tables).toContainEqual(
      expect.objectContaining({ table: "accounts", rows: 1, comparedWith: "replay", equal: true }),
    );
    const told = { balance: "100511", credit: "0", positions: {} };
    expect(report.accounts).toEqual([{ accountId: "main", currency: "USD", told, folded: told, equal: true }]);
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
    await until("it is released", () =>
      deposit().then(
        () => true,
        () => false,
      ),
    );
    await until("its balance is told", async () => (await balance(installation, "acme_again")) === "100512.00");
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
    const nothing = await tradesage(installation.folder, "tenant", "restore", "--tenant", "nobody", "--as", "new_one");
    expect(nothing).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("NO_BACKUP") });
  });

  test("is not taken back to a moment in place, and is told what to do instead", async () => {
    const back = ["tenant", "restore", "--tenant", "acme", "--in-place", "--to", middle];
    const refused = await tradesage(installation.folder, ...back);
    expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/PAST_IN_PLACE.*--as acme_then/s) });
  });

  test("keeps the tables that it has where those of its backup are not what its history gives", async () => {
    const change = (by: string) =>
      installation.postgres.tenant("acme", (_, client) =>
        client.query(`update accounts set balance = balance + ${by}`),
      );
    await change("1");
    await run(installation, "backup", "run", "--tenant", "acme");
    await change("-1");
    const args = ["tenant", "restore", "--tenant", "acme", "--in-place", "--json"];
    const failed = await tradesage(installation.folder, ...args);
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("MISMATCH") });
    const report = JSON.parse(failed.stdout);
    expect(report).toMatchObject({ equal: false, oldTables: "left in place" });
    expect(report.accounts[0]).toMatchObject({
      told: { balance: "100512" },
      folded: { balance: "100511" },
      equal: false,
    });
    expect(await balance(installation, "acme")).toBe("100511.00");
    await run(installation, "tenant", "release", "acme");
  });

  test("has its tables made anew in place, while its ticks and those of others come in; the old ones are kept aside", async () => {
    await run(installation, "backup", "run", "--tenant", "acme");
    await installation.postgres.tenant("acme", (_, client) => client.query("delete from accounts"));
    const streaming = acme.stream("USDJPY", generateTicks({ symbol: "USDJPY", count: 2000, seed: 9, rate: 400 }));
    const args = ["tenant", "restore", "--tenant", "acme", "--in-place", "--json"];
    const report = JSON.parse(await run(installation, ...args));
    expect(report).toMatchObject({ equal: true, oldTables: "kept aside", history: { head: expect.any(String) } });
    expect(await balance(installation, "acme")).toBe("100511.00");
    await streaming;
    await until("all ticks are there", async () => (await acme.tickCount()) === TICKS + LATER_TICKS + 2000);
    await expect(acme.admin.call("deposit", { accountId: "main", amount: "1" })).rejects.toMatchObject({
      code: "TENANT_HELD",
    });
    await run(installation, "tenant", "undo-restore", "acme");
    expect(await acme.tickCount()).toBe(TICKS + LATER_TICKS + 2000);
    await run(installation, ...args, "--from", "events");
    await run(installation, "tenant", "confirm-restore", "acme");
    await run(installation, "tenant", "release", "acme");
    const deposit = () => acme.admin.call("deposit", { accountId: "main", amount: "1" });
    await until("it trades", () =>
      deposit().then(
        () => true,
        () => false,
      ),
    );
    expect(await acme.tickCount()).toBe(TICKS + LATER_TICKS + 2000);
    await until("its balance is told", async () => (await balance(installation, "acme")) === "100512.00");
    const { rows } = await installation.postgres.owner((client) =>
      client.query("select nspname from pg_namespace where nspname like 'kept%' or nspname like 'restoring%'"),
    );
    expect(rows).toEqual([]);
  });

  test("is back, as others are, in an installation of which only the backup server and the keys are left", async () => {
    const fresh = await startInstallation({ remains: installation.folder });
    const broker = new AbortController();
    try {
      const there = JSON.parse(await run(fresh, "backup", "server", "--json"));
      expect(there.map(({ tenant }: { tenant: string }) => tenant).sort()).toEqual(["acme", "board", "fund"]);
      const plan = JSON.parse(await run(fresh, "tenant", "restore", "--tenant", "acme", "--dry-run", "--json"));
      expect(plan).toMatchObject({ from: "backup", isCounted: true, isMeasured: false, free: expect.any(Number) });
      expect(plan.events).toBe([...(lost["acme"]?.streams.values() ?? [])].flat().length);
      expect(plan.rows).toBeGreaterThan(TICKS + LATER_TICKS);
      const restored = async (tenant: string) => {
        const report = JSON.parse(await run(fresh, "tenant", "restore", "--tenant", tenant, "--json"));
        expect(report).toMatchObject({ source: tenant, target: tenant, equal: true });
        return report;
      };
      await restored("acme");
      const verify = ["audit", "verify", "--tenant", "acme", "--json"];
      // The backup that is there is of the history that it was restored from.
      expect(await tradesage(fresh.folder, ...verify)).toMatchObject({
        ...{ exitCode: 4, stderr: expect.stringContaining("NO_BACKUP") },
      });
      await run(fresh, "tenant", "release", "acme");
      const { admin } = await fresh.known("acme");
      const deposit = () => admin.call("deposit", { accountId: "main", amount: "1" });
      await until("it trades", () =>
        deposit().then(
          () => true,
          () => false,
        ),
      );
      // While the others come back it works on as if nothing were going on.
      let deposits = 1;
      let areBack = false;
      const working = (async () => {
        for (; !areBack; deposits++) await deposit();
      })();
      const [{ accounts }] = await Promise.all([restored("fund"), restored("board")]);
      areBack = true;
      await working;
      const total = `${100_511 + deposits}.00`;
      await until("all are told", async () => (await balance(fresh, "acme")) === total);
      for (const tenant of ["fund", "board"]) expect(await stateOf(fresh, tenant)).toEqual(lost[tenant]);
      expect(accounts.map(({ accountId, equal }: { accountId: string; equal: boolean }) => [accountId, equal])).toEqual(
        [
          ["broker", true],
          ["main", true],
        ],
      );
      expect(Object.keys(accounts[1].told.positions)).toEqual(["long", "short"]);

      // What a restored tenant has at a broker stays untouched until it is released.
      const fund = await fresh.known("fund");
      const { server, ended } = await connectBroker(fresh, fund.admin, broker.signal);
      const buy = () =>
        fund.trader
          .call("placeOrder", {
            ...{ accountId: "broker", orderId: "first", symbol: "EURUSD", side: "buy", volume: "0.10", kind: "market" },
          })
          .then(
            () => "placed",
            (error: { code?: string }) => String(error.code),
          );
      await fund.stream("EURUSD", generateTicks({ symbol: "EURUSD", count: 10, seed: 4, start: Date.now() }));
      expect(await buy()).toBe("TENANT_HELD");
      expect([...server.taken]).toEqual([]);
      await run(fresh, "tenant", "release", "fund");
      let outcome = "";
      await until("its order is placed", async () => {
        outcome = await buy();
        return outcome === "placed";
      }).catch((error: Error) => expect.fail(`${error.message}: ${outcome}`));
      await until("the broker has it", async () => server.deals.length === 1);
      broker.abort();
      await ended;
      await run(fresh, "backup", "run", "--tenant", "acme");
      expect(JSON.parse(await run(fresh, ...verify))).toMatchObject({ intact: true });
    } finally {
      broker.abort();
      await fresh.stop();
    }
  });
});
