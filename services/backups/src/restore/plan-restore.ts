import { type BackupEvent, type DataOf, streams } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { provisionedTenants, rowsOf } from "@tradesage/postgres";
import { paceOf, type Seconds, secondsOf } from "./estimate.ts";
import type { FoundArchive } from "./find-archives.ts";
import type { Origin } from "./origin.ts";
import { originFor, type RestoreOptions, upToMoment } from "./restore-tenant.ts";

/** What a restore would read, from where, and about how long it would take. */
export interface RestorePlan {
  readonly source: string;
  readonly target: string;
  readonly from: "backup" | "events";
  /** Where there is no archive, the event store and the tables that stand are read. */
  readonly archives: readonly FoundArchive[];
  readonly bytes: number;
  /** Events of the history; a long one was read for a second, and the rest is guessed. */
  readonly events: number;
  readonly isCounted: boolean;
  /** Rows that no history gives; about as many. */
  readonly rows: number;
  readonly seconds: Seconds;
  /** Whether an earlier restore has told how fast it goes here. */
  readonly isMeasured: boolean;
  /** Bytes on disk that Postgres and the event store need together, at most. */
  readonly space: number;
}

export interface PlanOptions extends RestoreOptions {
  readonly inPlace: boolean;
}

const LOOK_FOR_MS = 1_000;
/** On disk, with indexes: an event, what read models make of it, and once more what the proof makes of it. */
const EVENT_BYTES = { history: 1_500, readModels: 2_000 };
const ROW_BYTES = 200;
/** Of a row in an archive that does not tell how many it has. */
const ARCHIVED_ROW_BYTES = 20;

/**
 * Tells what a restore would do, and writes nothing; in place the target may be there.
 * @throws NO_BACKUP, NO_HISTORY, GAP, CHAIN_BROKEN, TENANT_EXISTS; ArchiveError; BackupServerError.
 */
export async function planRestore(options: PlanOptions): Promise<RestorePlan> {
  const { source, target, from, inPlace, postgres, eventStore } = options;
  const origin = await originFor(options, inPlace);
  const { archives } = origin;
  const counted = await countEvents(origin, options);
  const rows = from === "backup" ? archivedRows(archives) : await rowsOf(postgres, source);
  const { pace, isMeasured } = paceOf(await lastRestore(eventStore, inPlace, await tenantsOf(options)));
  return {
    ...{ source, target, from, archives, ...counted, rows, isMeasured },
    bytes: archives.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: secondsOf({ events: counted.events, rows, inPlace }, pace),
    space: counted.events * (EVENT_BYTES.readModels + (inPlace ? 0 : EVENT_BYTES.history)) + rows * ROW_BYTES,
  };
}

/** Reads the history for a moment: what is left is in proportion to what is left of its positions. */
async function countEvents(
  origin: Origin,
  { until }: RestoreOptions,
): Promise<Pick<RestorePlan, "events" | "isCounted">> {
  const begin = performance.now();
  const end = until && "position" in until && until.position < origin.upTo ? until.position : origin.upTo;
  let events = 0;
  let [first, last]: (bigint | undefined)[] = [];
  for await (const some of origin.events()) {
    if (first !== undefined && last !== undefined && performance.now() - begin > LOOK_FOR_MS) {
      const share = Number(last - first) / Math.max(1, Number(end - first));
      return { events: Math.round(events / Math.min(1, share)), isCounted: false };
    }
    const wanted = upToMoment(some, until);
    events += wanted.length;
    first ??= wanted[0]?.position;
    last = wanted.at(-1)?.position;
    if (wanted.length < some.length) break;
  }
  return { events, isCounted: true };
}

function archivedRows(archives: readonly FoundArchive[]): number {
  const tables = archives.filter(({ header }) => header.kind !== "segment");
  const [snapshot] = tables;
  const rowBytes = snapshot?.header.rows ? snapshot.bytes / snapshot.header.rows : ARCHIVED_ROW_BYTES;
  return Math.round(tables.reduce((sum, { bytes, header }) => sum + (header.rows ?? bytes / rowBytes), 0));
}

/** Whose restores may have told how fast it goes: the tenant's own first. */
const tenantsOf = async ({ source, target, postgres }: RestoreOptions): Promise<ReadonlySet<string>> =>
  new Set([target, source, ...(await provisionedTenants(postgres))]);

const LOOK_BACK = 50;

async function lastRestore(
  eventStore: Pick<EventStore, "readStream">,
  inPlace: boolean,
  tenants: ReadonlySet<string>,
): Promise<DataOf<BackupEvent, "RestoreFinished"> | undefined> {
  for (const tenant of tenants)
    for await (const recorded of eventStore.readStream(streams.backups(tenant), {
      ...{ direction: "backwards", limit: LOOK_BACK },
    })) {
      const event = { type: recorded.type, data: recorded.data } as BackupEvent;
      if (event.type === "RestoreFinished" && event.data.took?.inPlace === inPlace) return event.data;
    }
  return undefined;
}
