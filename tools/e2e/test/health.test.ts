import { generateTicks } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tradesage } from "../src/command-line.ts";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";

const TICKS = 2_000;

let installation: Installation;
let acme: Tenant;
beforeAll(async () => {
  installation = await startInstallation({
    env: { WATCH_EVERY_SECONDS: "1", ALARM_SIZE_BYTES: "1000", ALARM_PROJECTION_LAG_SECONDS: "2" },
  });
  acme = await installation.tenant("acme");
  await acme.openAccount("main", "1000");
});
afterAll(() => installation?.stop());

const health = async (tenantId = "acme") =>
  (await installation.api("platform", "operator")).call("getTenantHealth", { tenantId }).catch(() => undefined);
const alarms = async () =>
  (await acme.history()).flatMap(({ type, data }) =>
    type.startsWith("TenantAlarm") ? [`${type} ${(data as { alarm: string }).alarm}`] : [],
  );

describe("a tenant is watched", () => {
  test("by its size, its rows and the rates of its events and ticks", async () => {
    const ticks = (count: number, hour: number) =>
      generateTicks({ symbol: "EURUSD", count, start: Date.UTC(2026, 0, 15, hour) });
    await until("it was looked at", async () => (await health()) !== undefined);
    const most = { eventsPerSecond: 0, ticksPerSecond: 0, rows: 0 };
    await acme.stream("EURUSD", ticks(TICKS, 0));
    let hour = 24;
    await until("its rates and rows are seen", async () => {
      await acme.admin.call("deposit", { accountId: "main", amount: "1" });
      // Postgres counts what a connection wrote when it writes again a second later, else only after ten.
      await acme.stream("EURUSD", ticks(1, hour++));
      const seen = await health();
      for (const name of Object.keys(most) as (keyof typeof most)[])
        most[name] = Math.max(most[name], seen?.[name] ?? 0);
      return Object.values(most).every((value) => value > 0) && most.rows >= TICKS;
    });
    expect((await health())?.sizeBytes).toBeGreaterThan(100_000);
  });

  test("by the statements that take it longest", async () => {
    await installation.postgres.tenant("acme", (_, client) => client.query("select pg_sleep(0.4)"));
    const slept = (await health())?.slowStatements.find(({ statement }) => statement.includes("pg_sleep"));
    expect(slept?.maxMs).toBeGreaterThan(390);
  });

  test("by its last good backup and restore test", async () => {
    expect(await health()).not.toHaveProperty("lastBackupAt");
    for (const what of ["run", "test"]) {
      const done = await tradesage(installation.folder, "backup", what, "--tenant", "acme");
      expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    }
    await until("both are seen", async () => {
      const seen = await health();
      return seen?.lastBackupAt !== undefined && seen.lastRestoreTestAt !== undefined;
    });
  });

  test("and what goes beyond its threshold is an event, once, and one again when it is over", async () => {
    await until("its size is told", async () => (await alarms()).includes("TenantAlarmRaised size_bytes"));
    const projections = installation.stack.process("projections");
    projections.kill("SIGSTOP");
    await acme.admin.call("deposit", { accountId: "main", amount: "1" });
    const raised = "TenantAlarmRaised projection_lag_seconds";
    await until("the lag is told", async () => (await alarms()).includes(raised));
    projections.kill("SIGCONT");
    const cleared = "TenantAlarmCleared projection_lag_seconds";
    await until("its end is told", async () => (await alarms()).includes(cleared));
    expect((await alarms()).filter((alarm) => alarm === "TenantAlarmRaised size_bytes")).toHaveLength(1);
    const standing = expect.objectContaining({ alarm: "size_bytes", threshold: 1000 }) as object;
    expect((await health())?.alarms).toContainEqual(standing);
  });

  test("by command line, and by a tenant's own administrator; another's answers as one that is not there", async () => {
    const listed = await tradesage(installation.folder, "tenant", "list");
    expect(listed.stdout).toMatch(/TICKS\/S.*ALARMS\n.*acme .* MB .*size_bytes/);
    const shown = await tradesage(installation.folder, "tenant", "health", "acme");
    expect(shown.stdout).toContain("pg_sleep");
    expect(await acme.admin.call("getTenantHealth", { tenantId: "acme" })).toMatchObject({ tenantId: "acme" });
    await installation.tenant("other");
    const asked = acme.admin.call("getTenantHealth", { tenantId: "other" });
    await expect(asked).rejects.toMatchObject({ code: "TENANT_NOT_FOUND" });
  });
  test("above thresholds of its own, where it was given some", async () => {
    const set = (alarm: string, above: string) =>
      tradesage(installation.folder, "tenant", "threshold", "acme", alarm, above);
    expect(await set("slow_statement_seconds", "0.3")).toMatchObject({ exitCode: 0 });
    await until("it counts", async () => (await health())?.thresholds.slow_statement_seconds === 0.3);
    await installation.postgres.tenant("acme", (_, client) => client.query("select pg_sleep(0.4)"));
    for (const type of ["TenantAlarmRaised", "TenantAlarmCleared"])
      await until("it is told", async () => (await alarms()).includes(`${type} slow_statement_seconds`));
    expect(await set("size_bytes", "never")).toMatchObject({ exitCode: 0 });
    await until("that is over", async () => (await alarms()).includes("TenantAlarmCleared size_bytes"));
    const operator = await installation.api("platform", "operator");
    const { thresholds } = await operator.call("getTenant", { tenantId: "acme" });
    expect(thresholds).toEqual({ slow_statement_seconds: 0.3, size_bytes: 0 });
    expect((await set("connections", "many")).stderr).toContain("a number, never, or default");
  });
});
