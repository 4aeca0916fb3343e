import type { BackupServer } from "@tradesage/backup-server";
import { type JsonObject, parseStream, type TenantId, TenantTemplate } from "@tradesage/contracts";
import type { ChainedEvent } from "@tradesage/event-chain";
import { type EventStore, eventIdFor, type NewEvent } from "@tradesage/event-store";
import { loadRowsWithoutHistory, type Postgres, provisionTenantSchema, type TableSums } from "@tradesage/postgres";
import type { TenantKeys } from "@tradesage/secrets";
import { type Archives, findArchives, type Moment } from "./find-archives.ts";
import { contentOf, eachOf } from "./open-archives.ts";
import { readSegments } from "./read-segments.ts";
import { RestoreError } from "./restore-error.ts";

export interface RestoreOptions {
  readonly server: BackupServer;
  readonly keys: TenantKeys;
  readonly eventStore: EventStore;
  /** Patient: a large table takes its time. */
  readonly postgres: Postgres;
  /** Whose backups are taken. */
  readonly source: TenantId;
  /** Who has it all afterwards: the same tenant, where it is gone, or a new one. */
  readonly target: TenantId;
  /** Only what had happened by then: a position in the history that was backed up, or a time. */
  readonly until?: Moment;
  /** Told how many bytes of the archives have been read. */
  readonly onProgress?: (bytes: number) => void;
}

export interface Restored {
  readonly events: number;
  /** The last event that was restored: its position then, and when it was. */
  readonly last: { readonly position: string; readonly at: string } | undefined;
  /** Where the restored history ends now. */
  readonly position: bigint;
  /** What was loaded beside the history. */
  readonly rows: TableSums;
}

/** What a restore would use. Throws NO_BACKUP, GAP, TENANT_EXISTS; ArchiveError; BackupServerError. */
export async function planRestore(options: RestoreOptions): Promise<Archives> {
  const { server, keys, source, target, until, eventStore } = options;
  const archives = await findArchives(server, source, keys.backupKeyOf(source), { ...(until && { moment: until }) });
  for await (const { stream } of eventStore.readAll({ streamPrefixes: [`${target}-`], limit: 1 }))
    throw new RestoreError("TENANT_EXISTS", `there is a history of ${target} already: ${stream}`);
  return archives;
}

/**
 * Gives a tenant's backed-up history, and what no history gives, to a tenant that has none: event by event, each held
 * against the chain, at the same revisions of its streams. The read models follow from it, by the projections. A try
 * that was interrupted leaves part of a history: the target is given up then, and another is taken.
 * @throws as `planRestore`; CHAIN_BROKEN; EventStoreUnavailable; PostgresUnavailable.
 */
export async function restoreTenant(options: RestoreOptions): Promise<Restored> {
  const { server, keys, eventStore, postgres, source, target, until, onProgress = () => {} } = options;
  const key = keys.backupKeyOf(source);
  const { segments, snapshot, ticks } = await planRestore(options);
  let bytes = 0;
  const counted = {
    async *download(path: string) {
      for await (const piece of server.download(path)) {
        yield piece;
        bytes += piece.length;
        onProgress(bytes);
      }
    },
  };
  const writer = createWriter(eventStore);
  let events = 0;
  let last: Restored["last"];
  let template: TenantTemplate | undefined;
  for await (const event of readSegments(counted, segments, source, key)) {
    if (isLater(event, until)) break;
    const { template: told } = event.data;
    if (event.type === "TenantRequested" || event.type === "TemplateChanged") template = TenantTemplate.parse(told);
    await writer.put(asOf(event, source, target));
    last = { position: event.position, at: event.at };
    events++;
  }
  const position = await writer.finish();
  if (template === undefined) throw new RestoreError("NO_BACKUP", `${source} was not there yet at that moment`);
  await provisionTenantSchema(postgres, target, template);
  let rows: TableSums = {};
  if (snapshot) {
    const open = contentOf(counted, source, key);
    const moment = until && ("time" in until ? until.time : last && new Date(last.at));
    rows = await loadRowsWithoutHistory(postgres, target, await open(snapshot), eachOf(ticks, open), moment);
  }
  return { events, last, position, rows };
}

function isLater({ position, at }: ChainedEvent, until: RestoreOptions["until"]): boolean {
  if (until === undefined) return false;
  return "position" in until ? BigInt(position) > until.position : new Date(at) > until.time;
}

interface Restoring {
  readonly stream: string;
  readonly revision: bigint;
  readonly event: NewEvent;
}

/** An event as it is in the target's history: the same, but for whose it is. */
function asOf(event: ChainedEvent, source: TenantId, target: TenantId): Restoring {
  const { stream, type, data, metadata, id } = event;
  const revision = BigInt(event.revision);
  if (source === target) return { stream, revision, event: { id, type, data, metadata } };
  const aggregate = parseStream(stream)?.aggregate;
  // No data names its tenant, but what tells of the tenant itself and of its desk.
  const isOfTenant = aggregate === "tenant" || aggregate === "desk";
  const own: JsonObject = isOfTenant ? { ...data, tenantId: target } : data;
  const rest = stream.slice(source.length);
  return {
    stream: isOfTenant ? `${target}-${aggregate}-${target}` : `${target}${rest}`,
    revision,
    event: { id: eventIdFor(`${target}/${id}`, 0), type, data: own, metadata: { ...metadata, tenant: target } },
  };
}

const TOGETHER = 200;

/** Appends events at their own revisions; those of one stream that follow each other go together. */
function createWriter(eventStore: Pick<EventStore, "append">) {
  let waiting: Restoring[] = [];
  let position = 0n;

  async function flush(): Promise<void> {
    const [first] = waiting;
    if (!first) return;
    const expected = first.revision === 0n ? "no_stream" : first.revision - 1n;
    const events = waiting.map(({ event }) => event);
    waiting = [];
    ({ position } = await eventStore.append(first.stream, events, expected));
  }
  return {
    async put(event: Restoring): Promise<void> {
      const isOther = waiting[0] !== undefined && waiting[0].stream !== event.stream;
      if (isOther || waiting.length === TOGETHER) await flush();
      waiting.push(event);
    },
    async finish(): Promise<bigint> {
      await flush();
      return position;
    },
  };
}
