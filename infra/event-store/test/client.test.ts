import { randomUUID } from "node:crypto";
import { until } from "@tradesage/until";
import { Registry } from "prom-client";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  connectEventStore,
  type EventStoreOptions,
  EventStoreRefused,
  EventStoreUnavailable,
  type NewEvent,
} from "../src/index.ts";
import { type Network, startNetwork } from "./network.ts";
import { connect } from "./rig.ts";

// The client side, on a network that loses answers and connections.

const newStream = () => `client${randomUUID().slice(0, 8)}-1`;
const newEvents = (count: number, text = ""): NewEvent[] =>
  Array.from({ length: count }, () => ({ id: randomUUID(), type: "Written", data: { text }, metadata: {} }));
const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

async function connected(options: Partial<EventStoreOptions> = {}) {
  const network = await startNetwork(process.env["EVENTSTORE_URL"] ?? "");
  const metrics = new Registry();
  const store = connectEventStore({ connectionString: network.url, metrics, ...options });
  onTestFinished(() => store.close());
  const counted = async (name: string, labels = {}) => {
    const { values } = (await metrics.getMetricsAsJSON()).find((metric) => metric.name === name) ?? { values: [] };
    const wanted = (value: { labels: object }) => Object.entries(labels).every((label) => has(value.labels, label));
    return values.filter(wanted).reduce((sum, { value }) => sum + value, 0);
  };
  return { network, store, counted };
}

const has = (labels: object, [name, value]: [string, unknown]) => (labels as Record<string, unknown>)[name] === value;

/** Lets one more request through, loses its answer, and then the connection. */
async function loseAnswer(network: Network, isWritten: () => Promise<boolean>): Promise<void> {
  network.mute();
  await until("the server has it", isWritten);
  network.cut();
}

describe("an append", () => {
  test("whose answer was lost is found in the stream, and made once", async () => {
    const { network, store, counted } = await connected();
    const stream = newStream();
    const [first, second] = [newEvents(1), newEvents(3)];
    await store.append(stream, first, "no_stream");
    const direct = connectEventStore({ connectionString: process.env["EVENTSTORE_URL"] ?? "" });
    onTestFinished(() => direct.close());
    const kept = async () => ids(await Array.fromAsync(direct.readStream(stream)));
    const losing = loseAnswer(network, async () => (await kept()).length === 4);
    const { revision } = await store.append(stream, second, 0n);
    await losing;
    expect(revision).toBe(3n);
    expect(await kept()).toEqual(ids([...first, ...second]));
    expect(await counted("tradesage_event_store_repeats_total", { operation: "append" })).toBeGreaterThan(0);
    expect(await counted("tradesage_event_store_events_appended_total")).toBe(4);
  });

  test("that is never answered is unavailable when its time is up", async () => {
    const { network, store, counted } = await connected({ appendDeadlineMs: 800 });
    await store.append(newStream(), newEvents(1), "no_stream");
    network.mute();
    await expect(store.append(newStream(), newEvents(1), "no_stream")).rejects.toBeInstanceOf(EventStoreUnavailable);
    const outcome = { outcome: "unavailable", le: "+Inf" };
    expect(await counted("tradesage_event_store_append_seconds", outcome)).toBe(1);
  });

  test("that the store will never take is refused at once", async () => {
    const { store, counted } = await connected({ appendDeadlineMs: 600_000 });
    const tooLarge = newEvents(1, "x".repeat(2 ** 21));
    await expect(store.append(newStream(), tooLarge, "no_stream")).rejects.toBeInstanceOf(EventStoreRefused);
    const deleted = newStream();
    await store.append(deleted, newEvents(1), "no_stream");
    await connect().tombstoneStream(deleted);
    await expect(store.append(deleted, newEvents(1), 0n)).rejects.toBeInstanceOf(EventStoreRefused);
    const outcome = { outcome: "refused", le: "+Inf" };
    expect(await counted("tradesage_event_store_append_seconds", outcome)).toBe(2);
  });
});

test("a read over many pages goes on where it was when the connection is cut", async () => {
  const { network, store } = await connected();
  const stream = newStream();
  const events = newEvents(900);
  await store.append(stream, events, "no_stream");
  const seen: string[] = [];
  for await (const { id } of store.readStream(stream)) {
    seen.push(id);
    if (seen.length % 200 === 0) network.cut();
  }
  expect(seen).toEqual(ids(events));
});

describe("a subscription", () => {
  test("goes on after every cut without gap or repeat", async () => {
    const { network, store, counted } = await connected();
    const stream = newStream();
    const stopped = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      const options = { after: await store.head(), streamPrefixes: [stream], signal: stopped.signal };
      for await (const delivery of store.subscribeToAll(options))
        if (delivery.kind === "event") seen.push(delivery.event.id);
    })();
    const written: string[] = [];
    for (let round = 0; round < 6; round++) {
      const events = newEvents(50);
      await store.append(stream, events, round === 0 ? "no_stream" : BigInt(written.length - 1));
      written.push(...ids(events));
      await until("some of them came", () => seen.length > written.length - 50);
      network.cut();
    }
    await until("all came", () => seen.length >= written.length);
    stopped.abort();
    await following;
    expect(seen).toEqual(written);
    expect(await counted("tradesage_event_store_subscription_drops_total")).toBeGreaterThan(0);
    expect(await counted("tradesage_event_store_subscription_position")).toBeGreaterThan(0);
    expect(await counted("tradesage_event_store_events_read_total", { from: "subscription" })).toBe(written.length);
  });

  test("makes the server wait while its consumer does", async () => {
    const { network, store } = await connected();
    const stream = newStream();
    const start = await store.head();
    const total = 4_000;
    for (let made = 0; made < total; made += 200)
      await store.append(stream, newEvents(200, "x".repeat(2_500)), made === 0 ? "no_stream" : BigInt(made - 1));
    const stopped = new AbortController();
    const deliveries = store.subscribeToAll({ after: start, streamPrefixes: [stream], signal: stopped.signal });
    const before = network.received();
    let seen = 0;
    for await (const delivery of deliveries) {
      if (delivery.kind !== "event") continue;
      if (++seen === 1) await settled(network.received);
      // Far less than the ten megabytes that there are.
      if (seen === 1) expect(network.received() - before).toBeLessThan(4_000_000);
      if (seen === total) stopped.abort();
    }
    expect(seen).toBe(total);
  });
});

/** Waits until a number has stopped growing. */
async function settled(number: () => number): Promise<void> {
  let [last, same] = [-1, 0];
  await until("it grows no more", () => {
    same = number() === last ? same + 1 : 0;
    last = number();
    return same === 20;
  });
}
