import { until } from "@tradesage/until";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";

describe("a backup is restored on trial", () => {
  let rig: Rig;
  let tests = 0;
  let tenant: string;
  beforeAll(async () => {
    rig = await startRig();
    await rig.start({ BACKUP_KEEP: "all" });
  });
  afterAll(() => rig?.stop());
  beforeEach(async () => {
    tenant = `tried_${++tests}`;
    await rig.tenant(tenant);
    await rig.ticks(tenant, "EURUSD", 1000);
  });

  const verdict = async (backupId: string) => {
    await rig.command("RequestRestoreTest", tenant, { backupId });
    const [event] = await until("a verdict", async () => {
      const told = await rig.told(tenant, "BackupTested");
      return told.length > 0 && told;
    });
    return event?.data;
  };
  const fileOf = (kind: string) => rig.files(tenant).find((name) => name.endsWith(kind)) ?? "";

  test("and proven: every row and every event is as it was, and nothing is left", async () => {
    const backupId = await rig.backUp(tenant, "full");
    expect(await verdict(backupId)).toMatchObject({ backupId, equal: true, events: 2 });
    const [told] = await rig.told(tenant, "BackupTested");
    expect(told?.data).toHaveProperty(
      "rows",
      expect.toSatisfy((rows: number) => rows > 1000),
    );
    const { rows } = await rig.postgres.owner((client) =>
      client.query("select nspname from pg_namespace where nspname like 'trial%'"),
    );
    expect(rows).toEqual([]);
  });

  test("with the ticks of every incremental backup after the full one", async () => {
    await rig.backUp(tenant, "full");
    for (const count of [100, 5000]) {
      await rig.ticks(tenant, "EURUSD", count);
      await rig.backUp(tenant, "incremental");
    }
    const backupId = await rig.backUp(tenant, "incremental");
    expect(rig.files(tenant).filter((name) => name.endsWith(".ticks"))).toHaveLength(3);
    const rows = expect.toSatisfy((count: number) => count > 6100);
    expect(await verdict(backupId)).toMatchObject({ equal: true, rows });
  });

  test("and disproven where the ticks of an incremental one are cut short", async () => {
    await rig.backUp(tenant, "full");
    await rig.ticks(tenant, "EURUSD", 10);
    const backupId = await rig.backUp(tenant, "incremental");
    rig.changeFile(fileOf("ticks"), (bytes) => bytes.subarray(0, bytes.length - 20));
    expect(await verdict(backupId)).toMatchObject({ equal: false, failure: expect.stringContaining("TRUNCATED") });
  });

  test("an incremental backup is a full one where there is none before it, or tables have changed", async () => {
    await rig.backUp(tenant, "incremental");
    expect(rig.files(tenant).filter((name) => name.endsWith(".snapshot"))).toHaveLength(1);
    await rig.postgres.tenant(tenant, (_, client) =>
      client.query("delete from migrations where name = '0002-trading'"),
    );
    await rig.backUp(tenant, "incremental");
    expect(rig.files(tenant).filter((name) => name.endsWith(".snapshot"))).toHaveLength(2);
  });

  test("and disproven where its snapshot was changed", async () => {
    const backupId = await rig.backUp(tenant, "full");
    rig.changeFile(fileOf("snapshot"), (bytes) => bytes.fill(0, bytes.length - 100, bytes.length - 90));
    expect(await verdict(backupId)).toMatchObject({
      equal: false,
      failure: expect.stringMatching(/TRUNCATED|DAMAGED/),
    });
  });

  test("and disproven where a segment of the events before it is missing", async () => {
    await rig.backUp(tenant, "full");
    rig.removeFile(fileOf("segment"));
    await rig.event(tenant, "TenantRenamed", { name: "Another" });
    expect(await verdict(await rig.backUp(tenant, "full"))).toMatchObject({
      equal: false,
      failure: expect.stringContaining("GAP"),
    });
  });

  test("and disproven where another tenant's backup was put in its place", async () => {
    const [own, other] = [tenant, `other_${tests}`];
    await rig.tenant(other);
    await rig.backUp(other, "full");
    const backupId = await rig.backUp(own, "full");
    const foreign = rig.readFile(rig.files(other).find((name) => name.endsWith("snapshot")) ?? "");
    rig.changeFile(fileOf("snapshot"), () => foreign);
    expect(await verdict(backupId)).toMatchObject({ equal: false, failure: expect.stringContaining("WRONG_TENANT") });
  });

  test("while a server is away nothing is said of it", async () => {
    const backupId = await rig.backUp(tenant, "full");
    await rig.start({ MA130_PORT: "1", BACKUP_KEEP: "all" });
    await rig.command("RequestRestoreTest", tenant, { backupId });
    await rig.start({ BACKUP_KEEP: "all" });
    await until("a verdict", async () => (await rig.told(tenant, "BackupTested")).length > 0);
    expect((await rig.told(tenant, "BackupTested")).map(({ data }) => data)).toMatchObject([{ equal: true }]);
  });
});
