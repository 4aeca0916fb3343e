import type { BackupServer } from "@tradesage/backup-server";
import type { TenantId } from "@tradesage/contracts";
import type { LinkedEvent } from "@tradesage/event-chain";
import type { EventStore, KeptEvent } from "@tradesage/event-store";
import { dumpTenant, type Postgres } from "@tradesage/postgres";
import type { TenantKeys } from "@tradesage/secrets";
import { eventsOf } from "../run/segment.ts";
import type { RestoreStage } from "./estimate.ts";
import { type FoundArchive, findArchives, type Moment } from "./find-archives.ts";
import { contentOf, eachOf } from "./open-archives.ts";
import { readSegments } from "./read-segments.ts";
import { RestoreError } from "./restore-error.ts";

/** Tables as scripts: one that makes them, and those of ticks that follow it. */
interface Tables {
  readonly script: AsyncIterable<Buffer>;
  readonly ticks: AsyncIterable<AsyncIterable<Buffer>>;
}

/** An event, and its link in the chain where it was held against that. */
type OriginEvent = KeptEvent & Partial<Pick<LinkedEvent, "link">>;

/** What a tenant is restored from. */
export interface Origin {
  /** The archives that are read; none where no backup is. */
  readonly archives: readonly FoundArchive[];
  /** Where the history ends. */
  readonly upTo: bigint;
  /** The whole history, from its beginning, many events at a time; those of a backup are held against the chain. */
  events(): AsyncIterable<readonly OriginEvent[]>;
  /** Gives what no history gives to be taken, where there is any. */
  tables<Result>(take: (tables: Tables) => Promise<Result>): Promise<Result | undefined>;
}

export interface OriginParts {
  readonly server: BackupServer;
  readonly keys: TenantKeys;
  readonly eventStore: Pick<EventStore, "readPages" | "head">;
  /** Patient: a large table takes its time. */
  readonly postgres: Postgres;
  readonly source: TenantId;
  readonly until?: Moment;
  /** Told how much of a stage is done, from 0 to 1. */
  readonly onProgress?: (stage: RestoreStage, share: number) => void;
}

/** The backup server alone: Postgres and the event store may both be gone. Throws NO_BACKUP, GAP; ArchiveError; BackupServerError. */
export async function fromBackup(parts: OriginParts): Promise<Origin> {
  const { server, keys, source, until, onProgress = () => {} } = parts;
  const key = keys.backupKeyOf(source);
  const { segments, snapshot, ticks } = await findArchives(server, source, key, { ...(until && { moment: until }) });
  const tables = [...(snapshot ? [snapshot] : []), ...ticks];
  const counting = (stage: RestoreStage, archives: readonly FoundArchive[]) => {
    const total = archives.reduce((sum, { bytes }) => sum + bytes, 0);
    let read = 0;
    return {
      async *download(path: string) {
        for await (const piece of server.download(path)) {
          yield piece;
          read += piece.length;
          onProgress(stage, read / total);
        }
      },
    };
  };
  const open = contentOf(counting("tables", tables), source, key);
  return {
    archives: [...segments, ...tables],
    upTo: BigInt(segments.at(-1)?.header.upTo ?? 0),
    events: () => readSegments(counting("history", segments), segments, source, key),
    tables: async (take) => snapshot && take({ script: await open(snapshot), ticks: eachOf(ticks, open) }),
  };
}

/** What is there: the event store, and the tables for what no history gives. No backup is asked for. Throws NO_HISTORY. */
export async function fromEvents({ eventStore, postgres, source }: OriginParts): Promise<Origin> {
  const upTo = await eventStore.head();
  const events = () => eventsOf(eventStore, source, 0n, upTo);
  const { done } = await events().next();
  if (done) throw new RestoreError("NO_HISTORY", `the event store has no history of ${source}`);
  return {
    archives: [],
    upTo,
    events,
    tables: (take) => dumpTenant(postgres, source, ({ script }) => take({ script, ticks: eachOf([], none) })),
  };
}

const none = () => Promise.reject(new Error("there is none"));
