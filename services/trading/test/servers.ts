import { Refused } from "@tradesage/contracts";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { pino } from "pino";
import { Registry } from "prom-client";
import { startTrading, type Trading } from "../src/trading.ts";

/** An event store in memory and the bus, on which the service is started. */
export interface Servers {
  readonly eventStore: EventStore;
  readonly bus: Bus;
  startTrading(): Promise<Trading>;
  close(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const server = await startEventStoreServer({ inMemory: true, port: 0 });
  const eventStore = connectEventStore(server);
  const bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "trading-test" });
  await ensureStreams(bus);
  return {
    eventStore,
    bus,
    startTrading: () =>
      startTrading({
        ...{ eventStore, bus, maxQuoteAgeMs: 3_600_000 },
        logger: pino({ level: "silent" }),
        metrics: new Registry(),
      }),
    async close() {
      await bus.close();
      await eventStore.close();
      await server.close();
    },
  };
}

/** The code with which something is refused, or `accepted`. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "accepted",
    (error: unknown) => (error instanceof Refused ? error.code : String(error)),
  );
