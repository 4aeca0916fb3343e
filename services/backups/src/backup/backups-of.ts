import { type BackupEvent, streams, type TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Backups, backups } from "./backups.ts";

/** A tenant's backups as its stream tells them, and how far that goes. */
export async function backupsOf(
  eventStore: Pick<EventStore, "readStream">,
  tenant: TenantId,
): Promise<{ readonly state: Backups; readonly revision: bigint | "no_stream" }> {
  let state = backups.initialState;
  let revision: bigint | "no_stream" = "no_stream";
  for await (const event of eventStore.readStream(streams.backups(tenant))) {
    state = backups.evolve(state, { type: event.type, data: event.data } as BackupEvent);
    revision = event.revision;
  }
  return { state, revision };
}
