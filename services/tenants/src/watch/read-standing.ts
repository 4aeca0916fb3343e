import { AlarmThresholds, TenantAlarm, type TenantId } from "@tradesage/contracts";
import type { Postgres } from "@tradesage/postgres";
import { z } from "zod";

interface Standing {
  readonly createdAt: string;
  readonly alarms: readonly TenantAlarm[];
  readonly thresholds: AlarmThresholds;
  readonly lastBackupAt?: string;
  readonly lastRestoreTestAt?: string;
}

/** What the read models say of each tenant that is active or suspended: since when it is, its alarms, its own thresholds and its backups. */
export async function readStanding(postgres: Pick<Postgres, "platform">): Promise<ReadonlyMap<TenantId, Standing>> {
  const { tenants, backups } = await postgres.platform(async (db) => ({
    tenants: await db
      .selectFrom("tenants")
      .select(["tenant_id", "created_at", "alarms", "thresholds"])
      .where("status", "in", ["active", "suspended"])
      .execute(),
    backups: await db
      .selectFrom("backups")
      .select(({ fn }) => [
        "tenant_id",
        "status",
        fn.max("finished_at").as("finished"),
        fn.max("tested_at").as("tested"),
      ])
      .where("status", "in", ["unproven", "proven"])
      .groupBy(["tenant_id", "status"])
      .execute(),
  }));
  const backupsOf = Map.groupBy(backups, ({ tenant_id }) => tenant_id);
  return new Map(
    tenants.map(({ tenant_id, created_at, alarms, thresholds }) => {
      const good = backupsOf.get(tenant_id) ?? [];
      const newest = (times: readonly (string | null)[]) =>
        times
          .filter((time) => time !== null)
          .sort()
          .at(-1);
      const lastBackupAt = newest(good.map(({ finished }) => finished));
      const lastRestoreTestAt = newest(good.flatMap(({ status, tested }) => (status === "proven" ? [tested] : [])));
      return [
        tenant_id,
        {
          createdAt: created_at,
          alarms: z.array(TenantAlarm).parse(JSON.parse(alarms ?? "[]")),
          thresholds: AlarmThresholds.parse(JSON.parse(thresholds ?? "{}")),
          ...(lastBackupAt !== undefined && { lastBackupAt }),
          ...(lastRestoreTestAt !== undefined && { lastRestoreTestAt }),
        },
      ];
    }),
  );
}
