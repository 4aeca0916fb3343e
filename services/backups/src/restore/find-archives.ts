import { type ArchiveHeader, openArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import type { BackupId, TenantId } from "@tradesage/contracts";
import { parseArchivePath } from "../run/archive-path.ts";
import { RestoreError } from "./restore-error.ts";

/** An archive on the backup server, as its own head tells it. */
export interface FoundArchive {
  readonly path: string;
  readonly bytes: number;
  readonly header: ArchiveHeader;
}

/** What a tenant can be restored from. */
export interface Archives {
  /** Segments that follow each other without a gap from the beginning of the history, in order. */
  readonly segments: readonly FoundArchive[];
  /** The newest one, if there is any. */
  readonly snapshot: FoundArchive | undefined;
}

/**
 * Looks through the backup server for what belongs to a tenant; nothing else is asked, so that it works when all else is
 * gone. Where a history was begun anew, the newest one counts. `upTo` names the last backup that is looked at. Throws NO_BACKUP, GAP; ArchiveError; BackupServerError.
 */
export async function findArchives(
  server: Pick<BackupServer, "list" | "download">,
  tenant: TenantId,
  key: Buffer,
  upTo?: BackupId,
): Promise<Archives> {
  let found: FoundArchive[] = [];
  for (const { path, bytes } of await server.list()) {
    if (parseArchivePath(path)?.tenant !== tenant) continue;
    const { header } = await openArchive(server.download(path), tenant, key);
    found.push({ path, bytes, header });
  }
  found.sort((a, b) => (a.header.createdAt < b.header.createdAt ? -1 : 1));
  if (upTo !== undefined) found = found.slice(0, found.findLastIndex(({ header }) => header.backup === upTo) + 1);
  const segments: FoundArchive[] = [];
  for (const segment of found.filter(({ header }) => header.kind === "segment")) {
    const { after } = segment.header;
    // A backup that was given up may have sent its segment: the next one begins where it began, as a new history does.
    const superseded = segments.findIndex(({ header }) => header.after === after);
    if (superseded >= 0) segments.length = superseded;
    const reached = segments.at(-1)?.header.upTo ?? "0";
    if (after !== reached)
      throw new RestoreError("GAP", `between ${reached} and ${after} a segment of ${tenant} is missing`);
    segments.push(segment);
  }
  const [first] = segments;
  if (!first) throw new RestoreError("NO_BACKUP", `the backup server has no history of ${tenant}`);
  const begun = first.header.createdAt;
  const snapshot = found.findLast(({ header }) => header.kind === "snapshot" && header.createdAt >= begun);
  return { segments, snapshot };
}
