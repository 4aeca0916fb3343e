import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ArchiveHeader, sealArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import type { BackupCommand, BackupFile, BackupId, BackupKind, DataOf, TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { dumpTenant, dumpTicks, type Postgres, shapeOf, type TableSums } from "@tradesage/postgres";
import type { TenantKeys } from "@tradesage/secrets";
import type { Shipped } from "../backup/backups.ts";
import { type ArchiveKind, archivePath } from "./archive-path.ts";
import { type SegmentCount, segmentOf } from "./segment.ts";

export interface BackupParts {
  readonly eventStore: Pick<EventStore, "readPages" | "head">;
  /** Patient: a large table takes its time. */
  readonly postgres: Postgres;
  readonly server: BackupServer;
  readonly keys: TenantKeys;
  /** Where archives are written before they are sent, so that an upload that was cut can go on. */
  readonly spool: string;
}

export interface BackupRequest {
  readonly tenantId: TenantId;
  readonly backupId: BackupId;
  readonly kind: BackupKind;
  /** When it was requested: the same at every try, so that a try finds what the one before has sent. */
  readonly at: string;
  readonly shipped: Shipped;
}

type Recorded = DataOf<BackupCommand, "RecordBackup">;

/**
 * Ships a tenant's events since its last backup and what its tables hold, or, of an incremental one, what was written to
 * its ticks since; gives what was shipped. Memory does not grow with the tenant. May be repeated after any failure.
 * @throws BackupServerError; TenantNotProvisioned; PostgresUnavailable; EventStoreUnavailable.
 */
export async function takeBackup(parts: BackupParts, request: BackupRequest): Promise<Recorded> {
  const { eventStore, postgres, server, keys, spool } = parts;
  const { tenantId, backupId, kind, at, shipped } = request;
  const startedAt = new Date().toISOString();
  const upTo = await eventStore.head();
  await mkdir(spool, { recursive: true, mode: 0o700 });

  async function ship(
    kind: ArchiveKind,
    range: Pick<ArchiveHeader, "after" | "upTo" | "epochs" | "rows">,
    content: AsyncIterable<Buffer>,
  ): Promise<BackupFile> {
    const path = archivePath(tenantId, backupId, at, kind);
    const file = join(spool, `${tenantId}-${backupId}.${kind}`);
    const header = { tenant: tenantId, kind, backup: backupId, createdAt: startedAt, ...range };
    try {
      const sealed = Readable.from(sealArchive(header, keys.backupKeyOf(tenantId), content));
      await pipeline(sealed, createWriteStream(file, { mode: 0o600, flush: true }));
      // An earlier try may have got as far as here, with other bytes of the same events.
      if ((await server.list(path.slice(0, path.lastIndexOf("/")))).some((there) => there.path === path))
        await server.remove(path);
      return { path, ...(await server.upload(path, file)) };
    } finally {
      await rm(file, { force: true });
    }
  }

  const count: SegmentCount = { events: 0, chainHead: shipped.chainHead };
  const range = { after: shipped.upTo, upTo: String(upTo) };
  // Before the dump: where the tables change meanwhile, the next backup is a full one and this one was enough.
  const shape = await shapeOf(postgres, tenantId);
  const since = kind === "full" || shipped.ticks?.shape !== shape ? undefined : shipped.ticks.upTo;
  const shippingTables =
    since === undefined
      ? dumpTenant(postgres, tenantId, async ({ position, ticksUpTo, sums, script }) => ({
          snapshot: await ship(
            "snapshot",
            { after: "0", upTo: String(position), epochs: epochs("0", ticksUpTo), rows: totalOf(sums) },
            script,
          ),
          ticksUpTo: String(ticksUpTo),
        }))
      : dumpTicks(postgres, tenantId, BigInt(since), async ({ upTo: ticksUpTo, script }) => ({
          ticks: await ship("ticks", { ...range, epochs: epochs(since, ticksUpTo) }, script),
          ticksUpTo: String(ticksUpTo),
        }));
  // Side by side: one waits for the event store while the other waits for Postgres.
  const shippingSegment = ship("segment", range, segmentOf(eventStore, tenantId, shipped, upTo, count));
  // Both have ended before another try begins, whatever becomes of one.
  await Promise.allSettled([shippingTables, shippingSegment]);
  const [segment, tables] = [await shippingSegment, await shippingTables];
  return { tenantId, backupId, segment, ...tables, shape, ...range, ...count, startedAt };
}

const epochs = (after: string, upTo: bigint) => ({ after, upTo: String(upTo) });

const totalOf = (sums: TableSums) => Object.values(sums).reduce((all, { rows }) => all + Number(rows), 0);
