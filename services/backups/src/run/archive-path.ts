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

/** What an archive's path tells; `at`: when its backup was requested, to the second. */
interface ArchiveName {
  readonly tenant: TenantId;
  readonly backupId: BackupId;
  readonly at: string;
  readonly kind: ArchiveKind;
}

const NAME =
  /^backup_([a-z][a-z0-9_]{2,30})_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)_([a-z0-9][a-z0-9-]{0,39})\.(segment|snapshot|ticks)$/;

/** What a path tells; `undefined` for one that is not of a backup. */
export function parseArchivePath(path: string): ArchiveName | undefined {
  const [, tenant, year, month, day, hour, minute, second, backupId, kind] =
    NAME.exec(path.split("/").at(-1) ?? "") ?? [];
  if (!(tenant && backupId && kind)) return undefined;
  const at = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return { tenant, backupId, at, kind: kind as ArchiveKind };
}
