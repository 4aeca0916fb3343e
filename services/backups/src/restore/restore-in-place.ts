import { streams, TenantTemplate } from "@tradesage/contracts";
import { isSameEvent } from "@tradesage/event-chain";
import type { EventStore, KeptEvent } from "@tradesage/event-store";
import { buildBeside, dropBeside, type PoolClient, type Swapped, swapIn, type TableSums } from "@tradesage/postgres";
import { eventsOf } from "../run/segment.ts";
import { fromBackup, fromEvents, type OriginParts } from "./origin.ts";
import { record } from "./record.ts";
import { RestoreError } from "./restore-error.ts";
import { type Restored, sinceOf } from "./restore-tenant.ts";

export interface InPlaceOptions extends Omit<OriginParts, "until"> {
  readonly eventStore: EventStore;
  /** `backup`: the tables of the newest backup. `events`: read models anew, and the rest from the tables that stand. */
  readonly from: "backup" | "events";
  /** Writes read models up to the end of the history. */
  readonly bring: (client: PoolClient) => Promise<void>;
  /** Whether the new tables are what they should be; else they go, and those that stand stay. */
  readonly prove: (client: PoolClient) => Promise<{ readonly equal: boolean }>;
}

export interface RestoredInPlace extends Swapped {
  /** Events of the archives, each the same as in the event store. */
  readonly events: number;
  /** The last one's link in the tenant's chain, the archives' and the event store's; none where no archive was read. */
  readonly head: string | undefined;
  /** What the tables held before they were brought to the present. */
  readonly rows: TableSums;
  readonly seconds: Restored["seconds"];
}

/**
 * Makes a tenant's tables anew, beside those that stand, brings them to the present and puts them in their place; the old
 * ones are kept aside. The history in the event store stands: what a backup has of it is held against it. The tenant is
 * held from the first moment. A try that was interrupted is repeated.
 * @throws NO_BACKUP, NO_HISTORY, GAP, CHAIN_BROKEN, MISMATCH; ArchiveError; BackupServerError; EventStoreUnavailable; PostgresUnavailable.
 */
export async function restoreInPlace(options: InPlaceOptions): Promise<RestoredInPlace> {
  const { eventStore, postgres, source, from, bring, prove, onProgress } = options;
  const begun = performance.now();
  const end = await eventStore.head();
  const template = await templateOf(options);
  const origin = await (from === "backup" ? fromBackup(options) : fromEvents(options));
  await record(eventStore, { type: "BeginRestore", data: { tenantId: source, source, from } });
  let events = 0;
  let head: string | undefined;
  if (from === "backup") {
    const standing = taking(eventsOf(eventStore, source, 0n, end));
    for await (const some of origin.events()) {
      const there = await standing(some.length);
      for (const [index, event] of some.entries())
        if (!isSameEvent(event, there[index]))
          throw new RestoreError(
            "CHAIN_BROKEN",
            `the event at ${event.position} of the backup is not the event store's`,
          );
      events += some.length;
      head = some.at(-1)?.link;
    }
  }
  const read = performance.now();
  const rows = await origin.tables((tables) =>
    buildBeside(postgres, source, { template, readModels: from === "backup", ...tables }),
  );
  if (rows === undefined) throw new RestoreError("NO_BACKUP", `there is no full backup of ${source}`);
  const seconds = sinceOf(begun, read);
  onProgress?.("proof", 0);
  const swapped = await swapIn(postgres, source, "restoring", {
    bring,
    async prove(client) {
      if (!(await prove(client)).equal)
        throw new RestoreError("MISMATCH", `the tables of ${source} that were made anew differ; the old ones stay`);
    },
  }).catch(async (error: unknown) => {
    if (error instanceof RestoreError) await dropBeside(postgres, source, "restoring");
    throw error;
  });
  return { ...swapped, events, head, rows, seconds };
}

/** Takes as many events as are asked for out of pages; fewer where there are no more. */
function taking(pages: AsyncIterator<readonly KeptEvent[]>): (count: number) => Promise<readonly KeptEvent[]> {
  let held: readonly KeptEvent[] = [];
  return async (count) => {
    while (held.length < count) {
      const { done, value } = await pages.next();
      if (done) break;
      held = [...held, ...value];
    }
    const taken = held.slice(0, count);
    held = held.slice(count);
    return taken;
  };
}

/** What the tenant is made of, by its history. */
async function templateOf({ eventStore, source }: InPlaceOptions): Promise<TenantTemplate> {
  let template: TenantTemplate | undefined;
  for await (const { type, data } of eventStore.readStream(streams.tenant(source)))
    if (type === "TenantRequested" || type === "TemplateChanged")
      template = TenantTemplate.parse((data as { template: unknown }).template);
  if (template === undefined) throw new RestoreError("NO_HISTORY", `the event store has no history of ${source}`);
  return template;
}
