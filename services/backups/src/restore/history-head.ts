import { hash } from "node:crypto";
import type { TenantId } from "@tradesage/contracts";
import { isChained } from "@tradesage/event-chain";
import type { EventStore, NewEvent } from "@tradesage/event-store";

/**
 * Tells a tenant's history from every other by one number, wherever it lies: unlike the chain, it knows nothing of the
 * store's positions and times. Each event is chained to the one before in its stream; the head is of all streams'.
 */
export function createHistoryHead() {
  const heads = new Map<string, string>();
  return {
    /** An event store keeps the bytes of data and metadata, so that their text is the same again. */
    take(stream: string, { id, type, data, metadata }: NewEvent): void {
      heads.set(stream, hash("sha256", `${heads.get(stream) ?? ""}${JSON.stringify([id, type, data, metadata])}`));
    },
    head: (): string => hash("sha256", JSON.stringify([...heads].sort(([one], [other]) => (one < other ? -1 : 1)))),
  };
}

/** The head of the history that a tenant has in the event store, up to and with a position. Throws EventStoreUnavailable. */
export async function historyHead(
  eventStore: Pick<EventStore, "readAll">,
  tenant: TenantId,
  upTo: bigint,
): Promise<string> {
  const history = createHistoryHead();
  for await (const event of eventStore.readAll({ streamPrefixes: [`${tenant}-`] })) {
    if (event.position > upTo) break;
    if (isChained(event.stream)) history.take(event.stream, event as NewEvent);
  }
  return history.head();
}
