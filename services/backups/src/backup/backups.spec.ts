import type { BackupCommand, BackupEvent } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { backups } from "./backups.ts";

const given = specify(backups);
const of = (backupId: string) => ({ tenantId: "acme", backupId });
const file = { path: "2026/01/15/a.segment", bytes: 10, sha256: "a".repeat(64) };
const shipped = (after: string, upTo: string) => ({
  ...{ segment: file, after, upTo, events: 3, chainHead: "b".repeat(64) },
  startedAt: "2026-01-15T10:00:00.000Z",
});
const request = (id: string): BackupCommand => ({ type: "RequestBackup", data: { ...of(id), kind: "full" } });
const record = (id: string, after: string, upTo: string): BackupCommand => ({
  type: "RecordBackup",
  data: { ...of(id), ...shipped(after, upTo) },
});
const requested = (id: string): BackupEvent => ({ type: "BackupRequested", data: { ...of(id), kind: "full" } });
const completed = (id: string, after: string, upTo: string): BackupEvent => ({
  type: "BackupCompleted",
  data: { ...of(id), ...shipped(after, upTo) },
});
const failed = (id: string): BackupEvent => ({ type: "BackupFailed", data: { ...of(id), reason: "no room" } });
const fail = (id: string): BackupCommand => ({ type: "RecordBackupFailure", data: { ...of(id), reason: "no room" } });

describe("the backups of a tenant", () => {
  test("are taken one at a time", () => {
    given().when(request("one")).thenEmits(requested("one"));
    given(requested("one")).when(request("two")).thenRefuses("BACKUP_RUNNING");
    given(requested("one"), completed("one", "0", "7"))
      .when(request("two"))
      .thenEmits(requested("two"));
    given(requested("one"), failed("one")).when(request("two")).thenEmits(requested("two"));
  });

  test("have each an id of their own", () => {
    given(requested("one")).when(request("one")).thenRefuses("BACKUP_EXISTS");
    given(requested("one"), failed("one")).when(request("one")).thenRefuses("BACKUP_EXISTS");
  });

  test("are done once: what is told again, or of another, changes nothing", () => {
    given(requested("one"))
      .when(record("one", "0", "7"))
      .thenEmits(completed("one", "0", "7"));
    given(requested("one"), completed("one", "0", "7"))
      .when(record("one", "0", "7"))
      .thenEmits();
    given(requested("one"), failed("one"))
      .when(record("one", "0", "7"))
      .thenEmits();
    given(requested("one"), completed("one", "0", "7"))
      .when(fail("one"))
      .thenEmits();
  });

  test("that were restored tell whether they were equal", () => {
    const test: BackupCommand = { type: "RecordRestoreTest", data: { ...of("one"), equal: true } };
    const tested: BackupEvent = { type: "BackupTested", data: { ...of("one"), equal: true } };
    given(requested("one"), completed("one", "0", "7"))
      .when(test)
      .thenEmits(tested);
    given(requested("one")).when(test).thenRefuses("BACKUP_NOT_FOUND");
  });

  test("can be tested once they are there, until they expire", () => {
    const test: BackupCommand = { type: "RequestRestoreTest", data: of("one") };
    const asked: BackupEvent = { type: "RestoreTestRequested", data: of("one") };
    const expired: BackupEvent = { type: "BackupExpired", data: { ...of("one"), files: [] } };
    given(requested("one")).when(test).thenRefuses("BACKUP_NOT_FOUND");
    given(requested("one"), completed("one", "0", "7"))
      .when(test)
      .thenEmits(asked);
    given(requested("one"), completed("one", "0", "7"), expired)
      .when(test)
      .thenRefuses("BACKUP_NOT_FOUND");
  });
});

describe("a tenant that is restored", () => {
  const begin: BackupCommand = { type: "BeginRestore", data: { tenantId: "acme", source: "acme", from: "backup" } };
  const begun: BackupEvent = { type: "RestoreBegun", data: begin.data };
  const finish: BackupCommand = { type: "FinishRestore", data: { tenantId: "acme", events: 3, rows: 7, equal: true } };
  const finished: BackupEvent = { type: "RestoreFinished", data: finish.data };
  const release: BackupCommand = { type: "ReleaseTenant", data: { tenantId: "acme" } };
  const released: BackupEvent = { type: "TenantReleased", data: { tenantId: "acme" } };

  test("is held from the beginning until it is released, and not before it is done", () => {
    given().when(begin).thenEmits(begun);
    given(begun).when(release).thenRefuses("RESTORE_RUNNING");
    given(begun).when(finish).thenEmits(finished);
    given(begun, finished).when(release).thenEmits(released);
  });

  test("is restored again after a try that died", () => {
    given(begun).when(begin).thenEmits(begun);
    given(begun, begun, finished).when(release).thenEmits(released);
  });

  test("is released once", () => {
    given().when(release).thenRefuses("TENANT_NOT_HELD");
    given(begun, finished, released).when(release).thenRefuses("TENANT_NOT_HELD");
    given(begun, finished, released).when(finish).thenEmits();
  });
});
