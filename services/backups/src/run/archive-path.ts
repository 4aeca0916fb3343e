import type { ArchiveHeader } from "@tradesage/archive";
import type { BackupId, TenantId } from "@tradesage/contracts";

export type ArchiveKind = ArchiveHeader["kind"];

/** `YYYY/MM/DD/backup_<tenant>_<YYYYMMDD>_<HHMMSS>_<id>.<kind>`, in UTC. */
export function archivePath(tenant: TenantId, backupId: BackupId, at: string, kind: ArchiveKind): string {
  const [date = "", time = ""] = at.split("T");
  const [year, month, day] = date.split("-");
  const clock = time.slice(0, 8).replaceAll(":", "");
  return `${year}/${month}/${day}/backup_${tenant}_${year}${month}${day}_${clock}_${backupId}.${kind}`;
}

/** What a path tells; `undefined` for one that is not of a backup. */
export function parseArchivePath(
  path: string,
): { readonly tenant: TenantId; readonly backupId: BackupId; readonly kind: ArchiveKind } | undefined {
  const name = path.split("/").at(-1) ?? "";
  const match = /^backup_([a-z][a-z0-9_]{2,30})_\d{8}_\d{6}_([a-z0-9][a-z0-9-]{0,39})\.(segment|snapshot|ticks)$/.exec(
    name,
  );
  const [, tenant, backupId, kind] = match ?? [];
  return tenant && backupId && kind ? { tenant, backupId, kind: kind as ArchiveKind } : undefined;
}
