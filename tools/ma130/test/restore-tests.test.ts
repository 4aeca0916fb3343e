import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Rig, startRig, until } from "./rig.ts";

describe("a backup is restored on trial", () => {
  let rig: Rig;
  let tests = 0;
  let tenant: string;
  beforeAll(async () => {
    rig = await startRig();
    await rig.start();
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
      client.query("select nspname from pg_namespace where nspname like 'scratch%'"),
    );
    expect(rows).toEqual([]);
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
    await rig.start({ MA130_PORT: "1" });
    await rig.command("RequestRestoreTest", tenant, { backupId });
    await rig.start();
    await until("a verdict", async () => (await rig.told(tenant, "BackupTested")).length > 0);
    expect((await rig.told(tenant, "BackupTested")).map(({ data }) => data)).toMatchObject([{ equal: true }]);
  });
});
