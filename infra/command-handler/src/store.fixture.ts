import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";

/** An event store in memory, for specs; its server ends with it. */
export async function startStore(): Promise<EventStore> {
  const server = await startEventStoreServer({ inMemory: true, port: 0 });
  const store = connectEventStore(server);
  return {
    ...store,
    async close() {
      await store.close();
      await server.close();
    },
  };
}
