import type { TenantAlarm, TenantHealth } from "@tradesage/contracts";

export type Thresholds = Readonly<Record<TenantAlarm, number>>;

export type Measured = Omit<TenantHealth, "alarms" | "thresholds">;

/** Seconds from a moment, or from when the tenant was made where there is none yet, to now. */
const age = (since: string | undefined, created: number, now: number) =>
  Math.max(0, now - (since === undefined ? created : Date.parse(since))) / 1000;

/** What is beyond its threshold; a threshold of 0 is none. */
export function alarmsOf(health: Measured, created: number, thresholds: Thresholds): TenantHealth["alarms"] {
  const now = Date.parse(health.at);
  const values: Record<TenantAlarm, number> = {
    size_bytes: health.sizeBytes,
    connections: health.connections,
    projection_lag_seconds: health.projectionLagSeconds,
    slow_statement_seconds: health.slowStatementSeconds,
    backup_age_seconds: age(health.lastBackupAt, created, now),
    restore_test_age_seconds: age(health.lastRestoreTestAt, created, now),
  };
  return (Object.keys(values) as TenantAlarm[]).flatMap((alarm) => {
    const [value, threshold] = [values[alarm], thresholds[alarm]];
    return threshold > 0 && value > threshold ? [{ alarm, value, threshold }] : [];
  });
}
