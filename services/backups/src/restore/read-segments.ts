import { openArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import { CHAIN_START, type ChainedEvent, follow, parseLine } from "@tradesage/event-chain";
import type { FoundArchive } from "./find-archives.ts";
import { RestoreError } from "./restore-error.ts";

const NEWLINE = 0x0a;

/** The lines of some segments, in order, many at a time. Throws ArchiveError; BackupServerError. */
async function* linesOf(
  server: Pick<BackupServer, "download">,
  segments: readonly FoundArchive[],
  tenant: TenantId,
  key: Buffer,
): AsyncGenerator<readonly string[], void, undefined> {
  for (const { path } of segments) {
    const { content } = await openArchive(server.download(path), tenant, key);
    let rest: Buffer[] = [];
    for await (const piece of content) {
      const end = piece.lastIndexOf(NEWLINE);
      if (end >= 0) {
        yield Buffer.concat([...rest, piece.subarray(0, end)])
          .toString()
          .split("\n");
        rest = [];
      }
      rest.push(piece.subarray(end + 1));
    }
  }
}

/** The events of some segments, in order, as they are there. Throws ArchiveError; BackupServerError. */
export async function* readLines(...of: Parameters<typeof linesOf>): AsyncGenerator<ChainedEvent, void, undefined> {
  for await (const lines of linesOf(...of)) for (const line of lines) yield parseLine(line);
}

/** The events of some segments, in order, each held against the chain. Throws CHAIN_BROKEN; ArchiveError; BackupServerError. */
export async function* readSegments(...of: Parameters<typeof linesOf>): AsyncGenerator<ChainedEvent, void, undefined> {
  let head = CHAIN_START;
  for await (const lines of linesOf(...of))
    for (const line of lines) {
      const event = follow(head, line);
      if (!event)
        throw new RestoreError(
          "CHAIN_BROKEN",
          `the event at ${parseLine(line).position} does not follow the one before`,
        );
      head = event.link;
      yield event;
    }
}
