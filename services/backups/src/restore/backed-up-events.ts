import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import type { Line } from "@tradesage/event-chain";
import type { TenantKeys } from "@tradesage/secrets";
import { findArchives } from "./find-archives.ts";
import { readLines } from "./read-segments.ts";

/** A tenant's events as they were backed up, in order, right or not. Throws NO_BACKUP, GAP; ArchiveError; BackupServerError. */
export async function* backedUpEvents(
  server: BackupServer,
  keys: TenantKeys,
  tenant: TenantId,
): AsyncGenerator<Line, void, undefined> {
  const key = keys.backupKeyOf(tenant);
  const { segments } = await findArchives(server, tenant, key);
  yield* readLines(server, segments, tenant, key);
}
