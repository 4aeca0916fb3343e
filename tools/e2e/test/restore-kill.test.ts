import { setTimeout as sleep } from "node:timers/promises";
import { sumsOf } from "@tradesage/postgres";
import { compareWithReplay } from "@tradesage/projections";
import { generateTicks, mulberry32 } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tradesage, tradesageKilledAfter } from "../src/command-line.ts";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";

/** The same seed kills after the same times. */
const seed = Number(process.env["TRADESAGE_SEED"] ?? Date.now() % 1_000_000);
/** How often each is killed. */
const rounds = Number(process.env["TRADESAGE_ROUNDS"] ?? 3);
const random = mulberry32(seed);
const TICKS = 5_000;
const DEPOSITS = 300;

let installation: Installation;
let acme: Tenant;
beforeAll(async () => {
  installation = await startInstallation();
  acme = await installation.tenant("acme");
  await acme.openAccount("main", "1000");
  await acme.stream("EURUSD", generateTicks({ symbol: "EURUSD", count: TICKS, seed, start: Date.now() - 3_600_000 }));
  for (let done = 0; done < DEPOSITS; done += 50)
    await Promise.all(Array.from({ length: 50 }, () => acme.admin.call("deposit", { accountId: "main", amount: "1" })));
  await until("its ticks are stored", async () => (await acme.tickCount()) === TICKS);
});
afterAll(() => installation?.stop());

const sums = (tenant: string) => installation.postgres.tenant(tenant, (_, client) => sumsOf(client));
const run = async (...args: readonly string[]) => {
  const ran = await tradesage(installation.folder, ...args);
  expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
  return JSON.parse(ran.stdout);
};

test(`with seed ${seed}, what backs up is killed at random moments: the backups are taken all the same, and can be restored`, async () => {
  const { stack } = installation;
  const operator = await installation.api("platform", "operator");
  for (let round = 0; round < rounds; round++) {
    const backupId = `round-${round}`;
    await until("it is requested", () =>
      operator.call("requestBackup", { tenantId: "acme", backupId, kind: round === 0 ? "full" : "incremental" }).then(
        () => true,
        (error: { code?: string }) => error.code === "BACKUP_EXISTS",
      ),
    );
    await sleep(random() * 1500);
    const process = stack.process("backups");
    const { restarts } = process;
    process.kill("SIGKILL");
    await until("it is back", async () => process.restarts > restarts);
    await stack.waitReady();
    await until("the backup is there", async () => {
      const { status } = await operator.call("getBackup", { tenantId: "acme", backupId });
      return status === "unproven";
    });
  }
  expect(await run("backup", "test", "--tenant", "acme", "--json")).toMatchObject({ status: "proven" });
});

test.each([
  ["to a new tenant", "acme_copy", ["--as", "acme_copy"]],
  ["in place", "acme", ["--in-place"]],
])(`with seed ${seed}, a restore %s is killed at random moments: it is repeated, and equal`, async (_, target, how) => {
  await run("backup", "run", "--tenant", "acme", "--json");
  const before = await sums("acme");
  const args = ["tenant", "restore", "--tenant", "acme", ...how, "--json"];
  for (let round = 0; round < rounds; round++)
    await tradesageKilledAfter(Math.round(500 + random() * 3500), installation.folder, ...args);
  const last = await tradesage(installation.folder, ...args);
  // One that was done before it was killed is not repeated over the tenant that is there.
  if (last.exitCode !== 0) expect(last.stderr).toContain("TENANT_EXISTS");
  const compared = await compareWithReplay(installation, target);
  expect(compared.differences).toEqual([]);
  const after = await sums(target);
  for (const table of ["ticks", "bars_1s", "bars_1d"]) expect(after[table]).toEqual(before[table]);
  expect(await tradesage(installation.folder, "tenant", "release", target)).toMatchObject({ exitCode: 0 });
  const api = await installation.api(target, "admin");
  expect((await api.call("getAccount", { accountId: "main" })).balance).toBe(`${1000 + DEPOSITS}.00`);
});
