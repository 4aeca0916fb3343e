import { type BackupEvent, streams, type TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Backups, backups } from "./backups.ts";

/** A tenant's backups as its stream tells them. */
export async function backupsOf(eventStore: Pick<EventStore, "readStream">, tenant: TenantId): Promise<Backups> {
  let state = backups.initialState;
  for await (const { type, data } of eventStore.readStream(streams.backups(tenant)))
    state = backups.evolve(state, { type, data } as BackupEvent);
  return state;
}
