import { ArchiveError, openArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";

/** Opens an archive of the tenant; what is wrong with it, found here or while its content is taken, is told with its path. */
export async function openAt(server: Pick<BackupServer, "download">, path: string, tenant: TenantId, key: Buffer) {
  const { header, content } = await openArchive(server.download(path), tenant, key).catch((error: unknown) => {
    throw named(path, error);
  });
  return { header, content: naming(path, content) };
}

async function* naming(path: string, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* content;
  } catch (error) {
    throw named(path, error);
  }
}

const named = (path: string, error: unknown): unknown =>
  error instanceof ArchiveError ? new ArchiveError(error.code, `${path}: ${error.message}`, { cause: error }) : error;
