import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { openArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import { nothingShipped } from "../backup/backups.ts";
import { ChainedEvent, linkOf } from "../run/chain.ts";
import type { FoundArchive } from "./find-archives.ts";
import { RestoreError } from "./restore-error.ts";

/** The events of some segments, in order, each held against the chain. Throws CHAIN_BROKEN; ArchiveError; BackupServerError. */
export async function* readSegments(
  server: Pick<BackupServer, "download">,
  segments: readonly FoundArchive[],
  tenant: TenantId,
  key: Buffer,
): AsyncGenerator<ChainedEvent, void, undefined> {
  let head = nothingShipped.chainHead;
  for (const { path } of segments) {
    const { content } = await openArchive(server.download(path), tenant, key);
    for await (const text of createInterface({ input: Readable.from(content, { objectMode: false }) })) {
      const event = ChainedEvent.parse(JSON.parse(text));
      const { link, ...told } = event;
      if (linkOf(head, told) !== link)
        throw new RestoreError(
          "CHAIN_BROKEN",
          `${path}: the event at ${event.position} does not follow the one before`,
        );
      head = link;
      yield event;
    }
  }
}
