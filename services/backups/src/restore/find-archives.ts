import type { ArchiveHeader } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import type { BackupId, TenantId } from "@tradesage/contracts";
import { parseArchivePath } from "../run/archive-path.ts";
import { openAt } from "./open-at.ts";
import { RestoreError } from "./restore-error.ts";

/** An archive on the backup server, as its own head tells it. */
export interface FoundArchive {
  readonly path: string;
  readonly bytes: number;
  readonly header: ArchiveHeader;
}

/** A moment of a tenant's past: a position in the history that was backed up, or a time. */
export type Moment = { readonly position: bigint } | { readonly time: Date };

/** What a tenant can be restored from. */
export interface Archives {
  /** Segments that follow each other without a gap from the beginning of the history, in order. */
  readonly segments: readonly FoundArchive[];
  /** What the tables are taken from, if there is any; and what was written to ticks after it, in order. */
  readonly snapshot: FoundArchive | undefined;
  readonly ticks: readonly FoundArchive[];
}

export interface Wanted {
  /** The last backup that is looked at. */
  readonly backup?: BackupId;
  /** When the tables should be as they were; without it as new as there are. */
  readonly moment?: Moment;
}

/**
 * Looks through the backup server for what belongs to a tenant; nothing else is asked, so that it works when all else is
 * gone. Where a history was begun anew, the newest one counts. Throws NO_BACKUP, GAP; ArchiveError; BackupServerError.
 */
export async function findArchives(
  server: Pick<BackupServer, "list" | "download">,
  tenant: TenantId,
  key: Buffer,
  { backup, moment }: Wanted = {},
): Promise<Archives> {
  let found: FoundArchive[] = [];
  for (const { path, bytes } of await server.list()) {
    if (parseArchivePath(path)?.tenant !== tenant) continue;
    const { header } = await openAt(server, path, tenant, key);
    found.push({ path, bytes, header });
  }
  found.sort((a, b) => (a.header.createdAt < b.header.createdAt ? -1 : 1));
  if (backup !== undefined) found = found.slice(0, found.findLastIndex(({ header }) => header.backup === backup) + 1);
  const segments = segmentsOf(found, tenant);
  const [first] = segments;
  if (!first) throw new RestoreError("NO_BACKUP", `the backup server has no history of ${tenant}`);
  const ofThisHistory = found.filter(({ header }) => header.createdAt >= first.header.createdAt);
  return { segments, ...tablesAt(ofThisHistory, moment) };
}

function segmentsOf(found: readonly FoundArchive[], tenant: TenantId): FoundArchive[] {
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
  return segments;
}

/**
 * The newest snapshot up to the moment with what was written to ticks after it, as far as the moment; where that does not
 * reach it, since backups have expired, the first snapshot after it: what is later is taken out of either.
 */
function tablesAt(found: readonly FoundArchive[], moment: Moment | undefined): Pick<Archives, "snapshot" | "ticks"> {
  const runs = found.filter(({ header }) => header.kind === "snapshot").map((snapshot) => runFrom(snapshot, found));
  if (moment === undefined) return runs.at(-1) ?? { snapshot: undefined, ticks: [] };
  const isAfter = ({ header }: FoundArchive) => !isBefore(header, moment);
  const before = runs.findLast(({ snapshot }) => isBefore(snapshot.header, moment));
  const last = before?.ticks.findIndex(isAfter) ?? -1;
  if (before && last >= 0) return { snapshot: before.snapshot, ticks: before.ticks.slice(0, last + 1) };
  const after = runs.find(({ snapshot }) => isAfter(snapshot));
  return (after && { snapshot: after.snapshot, ticks: [] }) ?? before ?? { snapshot: undefined, ticks: [] };
}

/** A snapshot, and the ticks that follow it without a gap. A later archive of the same epochs is of a later try. */
function runFrom(snapshot: FoundArchive, found: readonly FoundArchive[]) {
  const ticks: FoundArchive[] = [];
  for (const more of found.slice(found.indexOf(snapshot) + 1)) {
    if (more.header.kind === "snapshot") break;
    if (more.header.kind !== "ticks") continue;
    const superseded = ticks.findIndex(({ header }) => header.epochs?.after === more.header.epochs?.after);
    if (superseded >= 0) ticks.length = superseded;
    const reached = (ticks.at(-1) ?? snapshot).header.epochs?.upTo;
    if (reached === more.header.epochs?.after) ticks.push(more);
  }
  return { snapshot, ticks };
}

const isBefore = ({ createdAt, upTo }: ArchiveHeader, moment: Moment): boolean =>
  "position" in moment ? BigInt(upTo) < moment.position : new Date(createdAt) < moment.time;
