import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { openArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import { CHAIN_START, ChainedEvent, linkOf } from "@tradesage/event-chain";
import type { FoundArchive } from "./find-archives.ts";
import { RestoreError } from "./restore-error.ts";

/** The events of some segments, in order, as they are there. Throws ArchiveError; BackupServerError. */
export async function* readLines(
  server: Pick<BackupServer, "download">,
  segments: readonly FoundArchive[],
  tenant: TenantId,
  key: Buffer,
): AsyncGenerator<ChainedEvent, void, undefined> {
  for (const { path } of segments) {
    const { content } = await openArchive(server.download(path), tenant, key);
    for await (const text of createInterface({ input: Readable.from(content, { objectMode: false }) }))
      yield ChainedEvent.parse(JSON.parse(text));
  }
}

/** The events of some segments, in order, each held against the chain. Throws CHAIN_BROKEN; ArchiveError; BackupServerError. */
export async function* readSegments(
  ...[server, segments, tenant, key]: Parameters<typeof readLines>
): AsyncGenerator<ChainedEvent, void, undefined> {
  let head = CHAIN_START;
  for await (const event of readLines(server, segments, tenant, key)) {
    const { digest: _, link, ...told } = event;
    if (linkOf(head, told) !== link)
      throw new RestoreError("CHAIN_BROKEN", `the event at ${event.position} does not follow the one before`);
    head = link;
    yield event;
  }
}
