import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import type { Line } from "@tradesage/event-chain";
import type { TenantKeys } from "@tradesage/secrets";
import { findArchives } from "./find-archives.ts";
import { readLines } from "./read-segments.ts";

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
