import type { BackupServer } from "@tradesage/backup-server";
import type { BackupId, TenantId } from "@tradesage/contracts";
import { type Postgres, tryLoading } from "@tradesage/postgres";
import type { TenantKeys } from "@tradesage/secrets";
import { findArchives } from "./find-archives.ts";
import { contentOf, eachOf } from "./open-archives.ts";
import { readSegments } from "./read-segments.ts";
import { RestoreError } from "./restore-error.ts";

export interface TestParts {
  readonly server: BackupServer;
  readonly keys: TenantKeys;
  /** Patient: a large table takes its time. */
  readonly postgres: Postgres;
}

export interface TestedBackup {
  /** Rows that were loaded and whose checksums are those of the moment when they were taken. */
  readonly rows: number;
  /** Events that were held against the chain, from the beginning of the history on. */
  readonly events: number;
}

/**
 * Takes a tenant's backup back as a restore would, without leaving anything: every event up to it is read and held
 * against the chain, and the tables are loaded and compared with what they held.
 * @throws ArchiveError, RestoreError; BackupServerError, PostgresUnavailable; Error where rows are not the same.
 */
export async function testBackup(parts: TestParts, tenant: TenantId, backup: BackupId): Promise<TestedBackup> {
  const { server, keys, postgres } = parts;
  const key = keys.backupKeyOf(tenant);
  const { segments, snapshot, ticks } = await findArchives(server, tenant, key, { backup });
  if (segments.at(-1)?.header.backup !== backup)
    throw new RestoreError("NO_BACKUP", `the backup server has no segment of ${backup}`);
  let events = 0;
  for await (const some of readSegments(server, segments, tenant, key)) events += some.length;
  if (!snapshot) return { rows: 0, events };
  const open = contentOf(server, tenant, key);
  const sums = await tryLoading(postgres, tenant, await open(snapshot), eachOf(ticks, open));
  return { rows: Object.values(sums).reduce((all, { rows }) => all + Number(rows), 0), events };
}
