import { expect, test } from "vitest";
import { alarmsOf, type Thresholds } from "./alarms.ts";

const at = "2026-01-15T10:00:00.000Z";
const hoursAgo = (hours: number) => new Date(Date.parse(at) - hours * 3_600_000).toISOString();
const thresholds: Thresholds = {
  size_bytes: 1000,
  connections: 5,
  projection_lag_seconds: 30,
  slow_statement_seconds: 5,
  backup_age_seconds: 26 * 3600,
  restore_test_age_seconds: 0,
};
const well = {
  tenantId: "acme",
  at,
  sizeBytes: 1000,
  rows: 10,
  connections: 5,
  eventsPerSecond: 0,
  ticksPerSecond: 0,
  projectionLagSeconds: 30,
  slowStatementSeconds: 5,
  lastBackupAt: hoursAgo(26),
};
const alarms = (health: Partial<typeof well>, created = hoursAgo(1000)) =>
  alarmsOf({ ...well, ...health }, Date.parse(created), thresholds).map(({ alarm }) => alarm);

test("what is at its threshold is well, and what is beyond it is told with both", () => {
  expect(alarms({})).toEqual([]);
  expect(alarmsOf({ ...well, sizeBytes: 1001 }, 0, thresholds)).toEqual([
    { alarm: "size_bytes", value: 1001, threshold: 1000 },
  ]);
  expect(alarms({ connections: 6, projectionLagSeconds: 31 })).toEqual(["connections", "projection_lag_seconds"]);
  expect(alarms({ slowStatementSeconds: 5.1 })).toEqual(["slow_statement_seconds"]);
});

test("a backup that is too old is told, and so is none, once the tenant is as old", () => {
  const { lastBackupAt: _, ...unsaved } = well;
  expect(alarms({ lastBackupAt: hoursAgo(27) })).toEqual(["backup_age_seconds"]);
  const none = (created: number) => alarmsOf(unsaved, Date.parse(hoursAgo(created)), thresholds);
  expect(none(25)).toEqual([]);
  expect(none(27)).toMatchObject([{ alarm: "backup_age_seconds" }]);
});
