import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import type { FoundArchive } from "./find-archives.ts";
import { openAt } from "./open-at.ts";

type Open = (archive: FoundArchive) => Promise<AsyncIterable<Buffer>>;

/** Gives what an archive of the tenant has sealed. */
export const contentOf =
  (server: Pick<BackupServer, "download">, tenant: TenantId, key: Buffer): Open =>
  async ({ path }) =>
    (await openAt(server, path, tenant, key)).content;

/** One archive's content after the other, each opened when the one before was taken. */
export async function* eachOf(archives: readonly FoundArchive[], open: Open): AsyncGenerator<AsyncIterable<Buffer>> {
  for (const archive of archives) yield await open(archive);
}
