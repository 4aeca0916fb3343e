import type { BackupId, BackupKind, RetentionPolicy } from "@tradesage/contracts";

/** What a backup has on the backup server beside its segment of events, which is kept for ever. */
export interface Restorable {
  readonly backupId: BackupId;
  readonly kind: BackupKind;
  /** When it was taken: ISO 8601, UTC. */
  readonly at: string;
  /** Paths of the files that may go once no restore needs them. */
  readonly files: readonly string[];
  /** It was restored, and equal. */
  readonly proven: boolean;
}

/** The period of each length that a time falls into; weeks begin on a Monday, all in UTC. */
const periodOf: { readonly [Period in keyof RetentionPolicy]: (at: string) => string } = {
  /** Each is its own. */
  newest: (at) => at,
  hourly: (at) => at.slice(0, 13),
  daily: (at) => at.slice(0, 10),
  // The first day of 1970 was a Thursday.
  weekly: (at) => String(Math.floor((Date.parse(at) / 86_400_000 + 3) / 7)),
  monthly: (at) => at.slice(0, 7),
};

/**
 * Which of a tenant's backups, the oldest first, are kept no longer. For each length of period the newest backup of so
 * many periods is kept that have one; and always the newest of all, the newest that is proven, and what these need: an
 * incremental one is nothing without the full one before it and all between them. Applied again it gives none.
 */
export function expired(backups: readonly Restorable[], policy: RetentionPolicy): readonly Restorable[] {
  const wanted = new Set<Restorable | undefined>([backups.at(-1), backups.findLast(({ proven }) => proven)]);
  for (const [name, count] of Object.entries(policy)) {
    const period = periodOf[name as keyof RetentionPolicy];
    const newest = new Map(backups.map((backup) => [period(backup.at), backup]));
    for (const backup of [...newest.values()].slice(Math.max(0, newest.size - count))) wanted.add(backup);
  }
  const kept = new Set<Restorable>();
  let isNeeded = false;
  for (const backup of backups.toReversed()) {
    isNeeded ||= wanted.has(backup);
    if (isNeeded) kept.add(backup);
    if (backup.kind === "full") isNeeded = false;
  }
  return backups.filter((backup) => !kept.has(backup));
}
