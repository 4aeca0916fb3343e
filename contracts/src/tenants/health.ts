import { z } from "zod";
import { TenantId } from "../ids.ts";
import { query } from "../messages.ts";

/** What is told when it goes beyond its threshold. Seconds; bytes; connections. */
export const TenantAlarm = z
  .enum([
    "size_bytes",
    "connections",
    "projection_lag_seconds",
    "slow_statement_seconds",
    "backup_age_seconds",
    "restore_test_age_seconds",
  ])
  .meta({ id: "TenantAlarm" });
export type TenantAlarm = z.output<typeof TenantAlarm>;

/** What raises an alarm is above it; 0 for never. */
export const AlarmThreshold = z.number().min(0);
/** A tenant's own thresholds; those that are not named are the platform's. */
export const AlarmThresholds = z.partialRecord(TenantAlarm, AlarmThreshold).meta({ id: "AlarmThresholds" });
export type AlarmThresholds = z.output<typeof AlarmThresholds>;

/** The same with one set, or with none of its own for that alarm. */
export function withThreshold(
  thresholds: AlarmThresholds = {},
  { alarm, threshold }: { readonly alarm: TenantAlarm; readonly threshold: number | null },
): AlarmThresholds {
  const { [alarm]: _, ...others } = thresholds;
  return threshold === null ? others : { ...others, [alarm]: threshold };
}

export const alarmed = { alarm: TenantAlarm, value: z.number(), threshold: z.number() };

/** How a tenant fares, as it was last looked at. */
export const TenantHealth = z
  .object({
    tenantId: TenantId,
    /** When it was looked at. */
    at: z.iso.datetime(),
    /** On the disk of Postgres: tables, chunks and indexes. */
    sizeBytes: z.int(),
    /** As Postgres estimates them. */
    rows: z.int(),
    /** Those that work in its tables at that moment. */
    connections: z.int(),
    /** Since the look before. */
    eventsPerSecond: z.number(),
    ticksPerSecond: z.number(),
    /** Age of the oldest event that is not in the read models; 0 when all are. */
    projectionLagSeconds: z.number(),
    /** What its slowest statement took since the look before; backups are left out, which read whole tables. */
    slowStatementSeconds: z.number(),
    /** The newest backup that was not disproven, and the newest that was restored and equal. */
    lastBackupAt: z.iso.datetime().optional(),
    lastRestoreTestAt: z.iso.datetime().optional(),
    /** What is beyond its threshold. */
    alarms: z.array(z.object(alarmed)),
    /** Its own, and the platform's where it has none. */
    thresholds: z.record(TenantAlarm, AlarmThreshold),
  })
  .meta({ id: "TenantHealth" });
export type TenantHealth = z.output<typeof TenantHealth>;

/** A statement of the tenant's role since Postgres' statistics were last reset; its constants are left out. */
export const SlowStatement = z
  .object({ statement: z.string(), calls: z.int(), meanMs: z.number(), maxMs: z.number() })
  .meta({ id: "SlowStatement" });
export type SlowStatement = z.output<typeof SlowStatement>;

export const healthQueries = {
  tenantHealth: query(
    "tenantHealth",
    z.object({ tenantId: TenantId }),
    /** The slowest statements, the slowest first. */
    TenantHealth.extend({ slowStatements: z.array(SlowStatement) }),
  ),
  tenantsHealth: query("tenantsHealth", z.object({}), z.object({ items: z.array(TenantHealth) })),
} as const;
