import { type BackupView, backupQueries, refuse } from "@tradesage/contracts";
import type { PlatformTables } from "@tradesage/postgres";
import { platformQuestion } from "../question.ts";
import { BackupFiles } from "./projection.ts";

const view = (row: PlatformTables["backups"]): BackupView => ({
  tenantId: row.tenant_id,
  backupId: row.backup_id,
  kind: row.kind,
  status: row.status,
  requestedAt: row.requested_at,
  files: BackupFiles.parse(JSON.parse(row.files)),
  position: row.position,
  ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  ...(row.events !== null && { events: row.events }),
  ...(row.up_to !== null && { upTo: row.up_to }),
  ...(row.failure !== null && { failure: row.failure }),
  ...(row.tested_at !== null && { testedAt: row.tested_at }),
});

export const backupsQuestion = platformQuestion(backupQueries.backups, "backups", async (db, { tenantId }) => {
  const rows = await db
    .selectFrom("backups")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .orderBy("requested_position", "desc")
    .execute();
  return { items: rows.map(view) };
});

export const backupQuestion = platformQuestion(backupQueries.backup, "backups", async (db, { tenantId, backupId }) => {
  const row = await db
    .selectFrom("backups")
    .selectAll()
    .where("tenant_id", "=", tenantId)
    .where("backup_id", "=", backupId)
    .executeTakeFirst();
  return row ? view(row) : refuse("BACKUP_NOT_FOUND");
});
