import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sumsOf } from "@tradesage/postgres";
import { generateTicks } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tradesage } from "../src/command-line.ts";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";
import { untilSampled } from "../src/sampled.ts";

const TICKS = 500;
const reason = "The contract has ended";

let installation: Installation;
let leaving: Tenant;
let staying: Tenant;

beforeAll(async () => {
  installation = await startInstallation();
  [leaving, staying] = await Promise.all([installation.tenant("leaving"), installation.tenant("staying")]);
  for (const tenant of [leaving, staying]) {
    await tenant.openAccount("main", "100000");
    await tenant.stream("EURUSD", generateTicks({ symbol: "EURUSD", count: TICKS, start: Date.UTC(2026, 0, 15) }));
    await until("its ticks are stored", async () => (await tenant.tickCount()) === TICKS);
    await untilSampled(tenant, "main", "100000.00");
    const order = { accountId: "main", symbol: "EURUSD", side: "buy", volume: "0.01", kind: "limit" } as const;
    await tenant.placeOrder({ ...order, limitPrice: "0.50000" });
  }
});
afterAll(() => installation?.stop());

const operator = () => installation.api("platform", "operator");
const statusOf = async (tenantId: string) => (await (await operator()).call("getTenant", { tenantId })).status;
/** Its rows, but for how far the read models have come. */
async function sums(tenant: Tenant) {
  const { checkpoints: _, ...rows } = await installation.postgres.tenant(tenant.id, (_, client) => sumsOf(client));
  return rows;
}

/** How much of a tenant there is: relations and roles of Postgres, keys of Redis. */
async function remains(tenant: Tenant) {
  const { rows } = await installation.postgres.owner((client) =>
    client.query<{ relations: number; role: boolean }>(
      "select (select count(*)::int from pg_class where relowner = to_regrole($1)) as relations, to_regrole($1) is not null as role",
      [`tenant_${tenant.id}`],
    ),
  );
  const redis = new Redis(installation.stack.urls.redis);
  const keys = await redis.keys(`*${tenant.id}*`);
  redis.disconnect();
  return { ...rows[0], keys: keys.length };
}

describe("a tenant that is to be deleted", () => {
  test("is suspended until then, and kept it is what it was", async () => {
    const before = await sums(leaving);
    const asked = await tradesage(installation.folder, "tenant", "delete", leaving.id, "--reason", reason, "--json");
    expect(asked, asked.stderr).toMatchObject({ exitCode: 0 });
    const view = JSON.parse(asked.stdout);
    expect(view).toMatchObject({ status: "suspended", deletion: { reason } });
    const days = (Date.parse(view.deletion.dueAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    await expect(leaving.admin.call("listAccounts", {})).rejects.toMatchObject({ code: "TENANT_NOT_ACTIVE" });
    const resume = (await operator()).call("resumeTenant", { tenantId: leaving.id });
    await expect(resume).rejects.toMatchObject({ code: "DELETION_REQUESTED" });

    const kept = await tradesage(installation.folder, "tenant", "keep", leaving.id);
    expect(kept).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("active") });
    expect(await sums(leaving)).toEqual(before);
    expect((await leaving.admin.call("listAccounts", {})).items).toHaveLength(1);
  });

  test.each(["ndjson", "csv"])("is exported whole as %s: its events, and its rows as of one moment", async (format) => {
    const to = join(installation.folder, `export-${format}`);
    const args = ["tenant", "export", leaving.id, "--to", to, "--format", format, "--json"] as const;
    const exported = await tradesage(installation.folder, ...args);
    expect(exported, exported.stderr).toMatchObject({ exitCode: 0 });
    const manifest = JSON.parse(await readFile(join(to, "manifest.json"), "utf8"));
    expect(JSON.parse(exported.stdout)).toEqual(manifest);
    const events = (await readFile(join(to, "events.ndjson"), "utf8")).trimEnd().split("\n");
    const history = await leaving.history();
    expect(events.map((line) => JSON.parse(line).id)).toEqual(history.map(({ id }) => id));
    const ticks = await readFile(join(to, "tables", `ticks.${format}`), "utf8");
    expect(ticks.trimEnd().split("\n")).toHaveLength(TICKS + (format === "csv" ? 1 : 0));
    if (format === "ndjson") expect(JSON.parse(ticks.split("\n")[0] ?? "")).toMatchObject({ bid: expect.any(Number) });
    expect(manifest.tables).toMatchObject({ ticks: { lines: TICKS }, accounts: { lines: 1 }, orders: { lines: 1 } });
    expect(createHash("sha256").update(ticks).digest("hex")).toBe(manifest.tables.ticks.sha256);
    const again = await tradesage(installation.folder, ...args);
    expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is there already") });
  });

  test("is backed up and then gone, whatever dies meanwhile; its events stay, and so does everybody else", async () => {
    const before = await sums(staying);
    const { tenantId } = await (await operator()).call("getTenant", { tenantId: leaving.id });
    await (await operator()).call("deleteTenant", { tenantId, reason, graceHours: 0 });
    for (const name of ["tenants", "backups", "tenants"]) {
      installation.stack.process(name).kill("SIGKILL");
      await installation.stack.waitReady(name);
    }
    await until("it is deleted", async () => (await statusOf(tenantId)) === "deleted");
    await until("nothing is left of it", async () => {
      const left = await remains(leaving);
      return left.relations === 0 && left.role === false && left.keys === 0;
    });
    const types = (await leaving.history()).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(["TenantDeletionBegun", "TenantDeleted"]);
    expect(types.filter((type) => type === "TenantDeletionBegun")).toHaveLength(1);

    await expect(leaving.admin.call("listAccounts", {})).rejects.toMatchObject({ code: "TENANT_NOT_ACTIVE" });
    const again = (await operator()).call("createTenant", { tenantId });
    await expect(again).rejects.toMatchObject({ code: "TENANT_EXISTS" });
    const keep = (await operator()).call("keepTenant", { tenantId });
    await expect(keep).rejects.toMatchObject({ code: "DELETION_BEGUN" });
    expect(await sums(staying)).toEqual(before);
    expect((await remains(staying)).keys).toBeGreaterThan(0);
  });

  test("holds up nobody's read models, and is given to a new tenant out of its last backup, which is not deleted", async () => {
    const { position } = await staying.admin.call("deposit", { accountId: "main", amount: "1" });
    await staying.admin.call("listAccounts", {}, { after: position });
    await installation.stack.process("projections").kill("SIGKILL");
    await installation.stack.waitReady("projections");

    const args = ["tenant", "restore", "--tenant", leaving.id, "--as", "returned", "--json"] as const;
    const restored = await tradesage(installation.folder, ...args);
    expect(restored, restored.stderr).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(restored.stdout)).toMatchObject({ equal: true });
    const kept = await tradesage(installation.folder, "tenant", "keep", "returned");
    expect(kept, kept.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("active") });
    const returned = await installation.api("returned", "admin");
    expect((await returned.call("listAccounts", {})).items).toMatchObject([{ balance: "100000.00" }]);
  });
});
