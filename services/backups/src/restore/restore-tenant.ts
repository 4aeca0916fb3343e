import { streams, type TenantId, TenantTemplate } from "@tradesage/contracts";
import type { EventStore, KeptEvent } from "@tradesage/event-store";
import { loadRowsWithoutHistory, provisionTenantSchema, type TableSums } from "@tradesage/postgres";
import { backupsOf } from "../backup/backups-of.ts";
import type { Seconds } from "./estimate.ts";
import type { Moment } from "./find-archives.ts";
import { createHistoryHead } from "./history-head.ts";
import { fromBackup, fromEvents, type Origin, type OriginParts } from "./origin.ts";
import { record } from "./record.ts";
import { RestoreError } from "./restore-error.ts";
import { createWriter, giveTo } from "./write-history.ts";

export interface RestoreOptions extends OriginParts {
  readonly eventStore: EventStore;
  /** `backup`: the backup server alone. `events`: the event store, and the tables that stand. */
  readonly from: "backup" | "events";
  /** Who has it all afterwards: the same tenant, where it is gone, or a new one. */
  readonly target: TenantId;
}

export interface Restored {
  readonly events: number;
  /** The last event that was restored: its position then, and when it was. */
  readonly last: { readonly position: string; readonly at: string } | undefined;
  /** Where the restored history ends now. */
  readonly position: bigint;
  /** Of the history as it should be now: see `historyHead`. */
  readonly head: string;
  /** What was loaded beside the history. */
  readonly rows: TableSums;
  readonly seconds: Pick<Seconds, "history" | "tables">;
}

/** What a restore reads, where nothing stands in its way; in place the target may be there. Throws as `planRestore`. */
export const originFor = (options: RestoreOptions, inPlace: boolean): Promise<Origin> =>
  inPlace ? originOf(options) : forNewTenant(options);

const originOf = (options: RestoreOptions): Promise<Origin> =>
  options.from === "backup" ? fromBackup(options) : fromEvents(options);

async function forNewTenant(options: RestoreOptions): Promise<Origin> {
  const { target, eventStore } = options;
  const origin = await originOf(options);
  const { state } = await backupsOf(eventStore, target);
  // A restore that died is gone on with.
  if (state.hold === "restoring") return origin;
  for await (const { stream } of eventStore.readAll({ streamPrefixes: [`${target}-`], limit: 1 }))
    throw new RestoreError("TENANT_EXISTS", `there is a history of ${target} already: ${stream}`);
  return origin;
}

/**
 * Gives a tenant's history, and what no history gives, to a tenant that has none: event by event, each held against the
 * chain, at the same revisions of its streams. The read models follow from it, by the projections. Rows are loaded beside
 * the events, from when it is known what the tenant is made of. The target is held from the first moment: nothing is
 * executed for it until it is released. A try that was interrupted is repeated, and goes on.
 * @throws as `planRestore`; CHAIN_BROKEN; EventStoreUnavailable; PostgresUnavailable.
 */
export async function restoreTenant(options: RestoreOptions): Promise<Restored> {
  const { eventStore, postgres, source, target, until, from, onProgress } = options;
  let isWritten = false;
  const origin = await forNewTenant({
    ...options,
    // Of what is done side by side, what is planned first is told first.
    onProgress: (stage, share) => (stage === "tables" && !isWritten ? undefined : onProgress?.(stage, share)),
  });
  const begun = performance.now();
  await record(eventStore, {
    type: "BeginRestore",
    data: { tenantId: target, source, from, ...(until && { until: textOf(until) }) },
  });
  const ended = Promise.withResolvers<Date | undefined>();
  ended.promise.catch(() => undefined);
  const moment = async () => (until === undefined ? undefined : "time" in until ? until.time : ended.promise);
  const load = async (template: TenantTemplate): Promise<TableSums> => {
    await provisionTenantSchema(postgres, target, template);
    const rows = await origin.tables(({ script, ticks }) =>
      loadRowsWithoutHistory(postgres, target, script, ticks, moment),
    );
    return rows ?? {};
  };
  let loading = undefined as { readonly template: TenantTemplate; readonly rows: Promise<TableSums> } | undefined;
  try {
    const { template, ...history } = await writeHistory(options, origin, (first) => {
      loading = { template: first, rows: load(first) };
      // It is waited for later; a failure before that is not unhandled.
      loading.rows.catch(() => undefined);
    });
    isWritten = true;
    const written = performance.now();
    ended.resolve(history.last && new Date(history.last.at));
    const loaded = await loading?.rows;
    if (template === undefined) throw new RestoreError("NO_BACKUP", `${source} was not there yet at that moment`);
    // Since then it may have been given a wider template, which has more tables.
    const rows = loaded && loading?.template === template ? loaded : await load(template);
    return { ...history, rows, seconds: sinceOf(begun, written) };
  } catch (error) {
    ended.reject(error);
    // Both have ended before another try begins.
    await loading?.rows.catch(() => undefined);
    throw error;
  }
}

/** Writes the history up to the moment; tells as soon as it is known what the tenant was made of at first. */
async function writeHistory(
  { eventStore, source, target, until }: RestoreOptions,
  origin: Origin,
  onTemplate: (first: TenantTemplate) => void,
) {
  const writer = createWriter(eventStore);
  const history = createHistoryHead();
  const given = giveTo(source, target);
  let events = 0;
  let last: Restored["last"];
  let template: TenantTemplate | undefined;
  for await (const some of origin.events()) {
    const wanted = upToMoment(some, until);
    for (const event of wanted) {
      const known = templateBy(event, source);
      if (known !== undefined && template === undefined) onTemplate(known);
      template = known ?? template;
    }
    const restoring = wanted.map(given);
    for (const { stream, event } of restoring) history.take(stream, event);
    await writer.put(restoring);
    const newest = wanted.at(-1);
    if (newest) last = { position: String(newest.position), at: newest.at.toISOString() };
    events += wanted.length;
    if (wanted.length < some.length) break;
  }
  return { template, events, last, position: await writer.finish(), head: history.head() };
}

/** Seconds of the history, and of what was left of the tables then. */
export const sinceOf = (history: number, tables: number): Pick<Seconds, "history" | "tables"> => ({
  history: (tables - history) / 1000,
  tables: (performance.now() - tables) / 1000,
});

const textOf = (until: Moment): string => ("position" in until ? String(until.position) : until.time.toISOString());

/** What a tenant's own event says it is made of from then on. */
function templateBy({ stream, type, data }: KeptEvent, tenant: TenantId): TenantTemplate | undefined {
  if (stream !== streams.tenant(tenant) || type === "TemplateChangeRequested") return undefined;
  const { template } = JSON.parse(data.toString()) as { template?: unknown };
  return template === undefined ? undefined : TenantTemplate.parse(template);
}

/** The events before the first one that is later than the moment. */
export function upToMoment<Event extends Pick<KeptEvent, "position" | "at">>(
  events: readonly Event[],
  until: Moment | undefined,
): readonly Event[] {
  if (until === undefined) return events;
  const isLater = ({ position, at }: Event) => ("position" in until ? position > until.position : at > until.time);
  const end = events.findIndex(isLater);
  return end < 0 ? events : events.slice(0, end);
}
