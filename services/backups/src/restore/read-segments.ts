import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import { CHAIN_START, createFollower, type Line, type LinkedEvent, parseLine } from "@tradesage/event-chain";
import type { FoundArchive } from "./find-archives.ts";
import { openAt } from "./open-at.ts";
import { RestoreError } from "./restore-error.ts";

const NEWLINE = 0x0a;

/** The lines of some segments, in order, many at a time. Throws ArchiveError; BackupServerError. */
async function* linesOf(
  server: Pick<BackupServer, "download">,
  segments: readonly FoundArchive[],
  tenant: TenantId,
  key: Buffer,
): AsyncGenerator<readonly Buffer[], void, undefined> {
  for (const { path } of segments) {
    const { content } = await openAt(server, path, tenant, key);
    let rest: Buffer[] = [];
    for await (const piece of content) {
      const end = piece.lastIndexOf(NEWLINE);
      if (end >= 0) {
        yield split(Buffer.concat([...rest, piece.subarray(0, end + 1)]));
        rest = [];
      }
      rest.push(piece.subarray(end + 1));
    }
  }
}

function split(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let begin = 0, end = 0; begin < text.length; begin = end + 1) {
    end = text.indexOf(NEWLINE, begin);
    lines.push(text.subarray(begin, end));
  }
  return lines;
}

/** The lines of some segments, in order, as they are there. Throws ArchiveError; BackupServerError. */
export async function* readLines(...of: Parameters<typeof linesOf>): AsyncGenerator<Line, void, undefined> {
  for await (const lines of linesOf(...of)) for (const line of lines) yield parseLine(line);
}

/** The events of some segments, in order, each held against the chain. Throws CHAIN_BROKEN; ArchiveError; BackupServerError. */
export async function* readSegments(
  ...of: Parameters<typeof linesOf>
): AsyncGenerator<readonly LinkedEvent[], void, undefined> {
  const follow = createFollower(CHAIN_START);
  for await (const lines of linesOf(...of))
    yield lines.map((line) => {
      const event = follow(line);
      if (event) return event;
      const { position } = parseLine(line).told;
      throw new RestoreError("CHAIN_BROKEN", `the event at ${position} does not follow the one before`);
    });
}
