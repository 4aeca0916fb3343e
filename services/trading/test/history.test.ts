import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { SnapshotStore } from "@tradesage/command-handler";
import { streams } from "@tradesage/contracts";
import { connectEventStore, type EventStore, type NewEvent } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, buckets, connectBus, ensureStreams } from "@tradesage/message-bus";
import { until } from "@tradesage/until";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { eurusd } from "../src/calculation/market-of.fixture.ts";
import { followHistory } from "../src/history/history.ts";
import { createHistorySnapshots } from "../src/history/history-snapshot.ts";
import { createMarkets } from "../src/markets/markets.ts";
import { createPaperVenue } from "../src/paper-venue/paper-venue.ts";
import { createDesks } from "../src/reactors/desks.ts";
import { createEnforcement } from "../src/reactors/enforcement.ts";
import { createHolds } from "../src/reactors/holds.ts";
import { createRiskWatch } from "../src/reactors/risk-watch.ts";
import { createRollover } from "../src/reactors/rollover.ts";

const { NATS_URL = "" } = process.env;
const logger = pino({ level: "silent" });
let server: Awaited<ReturnType<typeof startEventStoreServer>>;
let eventStore: EventStore;
let bus: Bus;

beforeAll(async () => {
  bus = await connectBus({ url: NATS_URL, name: "history-test" });
  await ensureStreams(bus);
});
afterAll(() => bus.close());
beforeEach(async () => {
  server = await startEventStoreServer({ inMemory: true, port: 0 });
  eventStore = connectEventStore(server);
  onTestFinished(async () => {
    await eventStore.close();
    await server.close();
  });
});

const metadata = { tenant: "acme", actor: "spec", correlation: "c", schema: 1 };
const event = (type: string, data: Readonly<Record<string, unknown>>, schema = 1): NewEvent => ({
  ...{ id: randomUUID(), type, data },
  metadata: { ...metadata, schema },
});
const named = (orderId: string) => ({ accountId: "main", orderId, symbol: "EURUSD" });
const placed = (orderId: string) =>
  event("OrderPlaced", {
    ...named(orderId),
    side: "buy",
    volume: "1",
    kind: "limit",
    limitPrice: "1.3",
    margin: "0.00",
  });
const cancelled = (orderId: string) =>
  event("OrderCancelled", { ...named(orderId), remaining: "1", reason: "requested" });

/** A tenant with an instrument, and an account that placed and cancelled so many orders; every hundredth is open. */
async function longHistory(orders: number) {
  const tenant = [
    event("TenantRequested", { tenantId: "acme", template: "trading" }),
    event("TenantActivated", { tenantId: "acme" }),
  ];
  await eventStore.append(streams.tenant("acme"), tenant, "no_stream");
  await eventStore.append(
    streams.instrument("acme", "EURUSD"),
    [event("InstrumentDefined", { ...eurusd }, 2)],
    "no_stream",
  );
  let revision: bigint | "no_stream" = "no_stream";
  for (let order = 0; order < orders; order += 100) {
    const events = Array.from({ length: 100 }, (_, at) => `o${order + at}`).flatMap((id, at) =>
      at === 99 ? [placed(id)] : [placed(id), cancelled(id)],
    );
    ({ revision } = await eventStore.append(streams.account("acme", "main"), events, revision));
  }
}

/** Each test keeps its own: what one left behind may still be on its way when the next begins. */
async function ownSnapshots(): Promise<SnapshotStore> {
  const objects = await bus.objects(buckets.snapshots);
  const own = `${expect.getState().currentTestName}/`;
  return { get: (name) => objects.get(own + name), put: (name, chunks) => objects.put(own + name, chunks) };
}

/** A follower as it is at the start of a process. `delivered` counts what the store handed out to it. */
async function follower(snapshotEvery: number) {
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const markets = createMarkets();
  const desks = createDesks();
  const policy = { send: async () => {} };
  const [execute, watch] = [vi.fn(() => new Promise<never>(() => {})), vi.fn()];
  const venue = createPaperVenue({ markets, desks, execute, maxQuoteAgeMs: 60_000, now: Date.now, logger, watch });
  onTestFinished(() => venue.close());
  const rollover = createRollover({ markets, desks, execute, now: Date.now, logger });
  onTestFinished(() => rollover.close());
  let delivered = 0;
  const counting: EventStore = {
    ...eventStore,
    async *subscribeToAll(options) {
      for await (const delivery of eventStore.subscribeToAll(options)) {
        if (delivery.kind === "event") delivered++;
        yield delivery;
      }
    },
  };
  const history = followHistory({
    ...{ eventStore: counting, markets, venue, desks, holds: createHolds(), snapshotEvery, signal: stopping.signal },
    enforcement: createEnforcement(desks, policy),
    riskWatch: createRiskWatch({
      ...{ markets, policy, watch, now: Date.now, logger },
      read: async () => ({ state: undefined, revision: -1n }),
    }),
    rollover,
    snapshots: createHistorySnapshots(await ownSnapshots(), eventStore, logger),
  });
  await history.caughtUp;
  return { history, venue, markets, delivered: () => delivered };
}
const shown = ({ history, venue, markets }: Awaited<ReturnType<typeof follower>>) => ({
  isActive: history.isActive("acme"),
  mayTrade: history.mayTrade("acme"),
  digits: markets.of("acme").instrument("EURUSD")?.digits,
  openOrders: venue.openOrders(),
});
const snapshotTaken = () =>
  until("a snapshot", async () => {
    const snapshots = createHistorySnapshots(await ownSnapshots(), eventStore, logger);
    return snapshots.newest();
  });

test("a start reads what is needed still of a long history, and what came since", async () => {
  await longHistory(1000);
  const first = await follower(500);
  assert.ok(first.delivered() > 1900);
  expect(shown(first)).toEqual({ isActive: true, mayTrade: true, digits: 5, openOrders: 10 });
  const { events } = await snapshotTaken();
  assert.ok(events.length < 50);

  const second = await follower(500);
  assert.ok(second.delivered() <= 1000, `${second.delivered()}`);
  expect(shown(second)).toEqual(shown(first));
});

test("a snapshot of another history is left aside", async () => {
  await longHistory(300);
  await follower(100);
  await snapshotTaken();
  await eventStore.close();
  await server.close();
  server = await startEventStoreServer({ inMemory: true, port: 0 });
  eventStore = connectEventStore(server);
  await longHistory(100);
  const restored = await follower(100_000);
  expect(shown(restored)).toEqual({ isActive: true, mayTrade: true, digits: 5, openOrders: 1 });
});

test("what was written a moment ago is seen by whoever asks for it", async () => {
  const { history, markets } = await follower(100_000);
  await longHistory(100);
  await history.catchUp(streams.tenant("acme"));
  await history.catchUp(streams.instrument("acme", "EURUSD"));
  assert.ok(history.isActive("acme"));
  assert.ok(markets.of("acme").instrument("EURUSD"));
  await history.catchUp(streams.tenant("nobody"));
  assert.ok(!history.isActive("nobody"));
});
