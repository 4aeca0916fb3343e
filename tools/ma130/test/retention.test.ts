import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";

describe("backups that are kept no longer", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig?.stop());

  const idsOf = async (tenant: string, type: string) =>
    (await rig.told(tenant, type)).map(({ data }) => (data as { backupId: string }).backupId);
  const snapshots = (tenant: string) => rig.files(tenant).filter((name) => name.endsWith(".snapshot"));
  const segments = (tenant: string) => rig.files(tenant).filter((name) => name.endsWith(".segment"));

  test("expire and are deleted, each told; the segments of events stay, and so does what others need", async () => {
    await rig.tenant("acme");
    await rig.start({ BACKUP_KEEP: "hourly=1" });
    const first = await rig.backUp("acme", "full");
    const second = await rig.backUp("acme", "full");
    const third = await rig.backUp("acme", "incremental");
    await until("the first is deleted", async () => (await idsOf("acme", "BackupDeleted")).length === 1);
    expect(await idsOf("acme", "BackupExpired")).toEqual([first]);
    expect(rig.files("acme").filter((name) => name.endsWith(".ticks"))).toHaveLength(1);
    expect(await idsOf("acme", "BackupDeleted")).toEqual([first]);
    expect(snapshots("acme")).toEqual([expect.stringContaining(second)]);
    expect(segments("acme")).toHaveLength(3);
    expect(segments("acme")).toContainEqual(expect.stringContaining(third));
  });

  test("are told as deleted once, though the process dies between their deletion and the telling", async () => {
    await rig.tenant("globex");
    await rig.start({ BACKUP_KEEP: "all" });
    const first = await rig.backUp("globex", "full");
    for (const name of snapshots("globex")) rig.removeFile(name);
    await rig.start({ BACKUP_KEEP: "hourly=1" });
    await rig.backUp("globex", "full");
    await until("it is told", async () => (await idsOf("globex", "BackupDeleted")).length === 1);
    expect(await idsOf("globex", "BackupDeleted")).toEqual([first]);
  });

  test("are deleted by the next process, at whatever moment one dies", async () => {
    await rig.tenant("initech");
    await rig.start({ BACKUP_KEEP: "hourly=1" });
    const gone: string[] = [await rig.backUp("initech", "full")];
    for (let round = 1; round <= 3; round++) {
      const next = rig.backUp("initech", "full");
      await until("one expires", async () => (await idsOf("initech", "BackupExpired")).length === round);
      await rig.start({ BACKUP_KEEP: "hourly=1" });
      gone.push(await next);
      await until("it is told", async () => (await idsOf("initech", "BackupDeleted")).length === round);
    }
    expect(await idsOf("initech", "BackupDeleted")).toEqual(gone.slice(0, -1));
    expect(snapshots("initech")).toEqual([expect.stringContaining(gone.at(-1) ?? "")]);
  });
});
