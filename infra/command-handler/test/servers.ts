import type { EventStore } from "@tradesage/event-store";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { startStore } from "../src/store.fixture.ts";

/** An event store in memory and the bus. */
export interface Servers {
  readonly store: EventStore;
  readonly bus: Bus;
  close(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const store = await startStore();
  const bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "command-handler-test" });
  await ensureStreams(bus);
  return {
    store,
    bus,
    async close() {
      await bus.close();
      await store.close();
    },
  };
}
