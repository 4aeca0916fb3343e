import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import type { Line } from "@tradesage/event-chain";
import type { EventStore } from "@tradesage/event-store";
import type { TenantKeys } from "@tradesage/secrets";
import { backupsOf } from "../backup/backups-of.ts";
import { findArchives } from "./find-archives.ts";
import { readLines } from "./read-segments.ts";
import { RestoreError } from "./restore-error.ts";

export interface BackedUpHistory {
  /** Where it ends. */
  readonly upTo: bigint;
  /** Its events behind a position, in order, right or not. Throws ArchiveError; BackupServerError. */
  lines(after?: bigint): AsyncIterable<Line>;
}

/** A tenant's history as it was backed up. Throws NO_BACKUP, GAP; ArchiveError; BackupServerError. */
export async function backedUpHistory(
  server: BackupServer,
  keys: TenantKeys,
  tenant: TenantId,
): Promise<BackedUpHistory> {
  const key = keys.backupKeyOf(tenant);
  const { segments } = await findArchives(server, tenant, key);
  return {
    upTo: BigInt(segments.at(-1)?.header.upTo ?? 0),
    async *lines(after = 0n) {
      const wanted = segments.filter(({ header }) => BigInt(header.upTo) > after);
      for await (const line of readLines(server, wanted, tenant, key))
        if (BigInt(line.told.position) > after) yield line;
    },
  };
}

/**
 * Whether what was backed up is of the history that the event store has, and all that the store knows to be backed up.
 * Throws NO_BACKUP, GAP; EventStoreUnavailable.
 */
export async function expectBackupOf(
  eventStore: Pick<EventStore, "readStream">,
  tenant: TenantId,
  { upTo }: Pick<BackedUpHistory, "upTo">,
): Promise<void> {
  const { shipped } = (await backupsOf(eventStore, tenant)).state;
  if (shipped.upTo === "0")
    throw new RestoreError(
      "NO_BACKUP",
      `what the event store has of ${tenant} was not backed up yet: the backup is of another history, as after a restore`,
    );
  if (upTo < BigInt(shipped.upTo))
    throw new RestoreError("GAP", `what was backed up of ${tenant} between ${upTo} and ${shipped.upTo} is missing`);
}
