import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { expect, onTestFinished, test } from "vitest";
import {
  type Bus,
  buckets,
  type ConsumeOptions,
  type DurableMessage,
  ensureStreams,
  Overtaken,
  StreamRewound,
} from "../src/index.ts";
import { openBus, ownToken, sharedUrl } from "./bus.ts";

/** A stream that goes with the test. */
async function ownStream(bus: Bus) {
  const token = ownToken();
  await bus.declare({ name: token, subjects: [`${token}.>`] });
  onTestFinished(async () => {
    await (await manager()).streams.delete(token);
  });
  return { subject: `${token}.acme.EURUSD`, consumer: { name: "spec", stream: token } };
}

async function manager() {
  const nats = await connect({ servers: sharedUrl().replace("nats://", "") });
  onTestFinished(() => nats.close());
  return jetstreamManager(nats);
}

function options(overrides: Partial<ConsumeOptions> = {}): ConsumeOptions {
  const end = new AbortController();
  onTestFinished(() => end.abort());
  return { startSequence: 1, signal: end.signal, maxMessages: 100, maxWaitMs: 20, ...overrides };
}

const text = ({ payload }: DurableMessage) => new TextDecoder().decode(payload);
const bytes = (value: unknown) => new TextEncoder().encode(String(value));

async function firstBatch(bus: Bus, consumer: { name: string; stream: string }, how: ConsumeOptions) {
  for await (const batch of bus.consume(consumer, how)) return batch;
  throw new Error("no batch");
}

test("a stored message gets the next number, and its repeat gets the same one again", async () => {
  const bus = await openBus();
  const { subject } = await ownStream(bus);
  expect(await bus.publishDurable(subject, bytes(1), { id: "a" })).toEqual({ sequence: 1, duplicate: false });
  expect(await bus.publishDurable(subject, bytes(2), { id: "b" })).toEqual({ sequence: 2, duplicate: false });
  expect(await bus.publishDurable(subject, bytes(1), { id: "a" })).toEqual({ sequence: 1, duplicate: true });
});

test("a message that no stream takes is not silently lost", async () => {
  const bus = await openBus();
  await expect(bus.publishDurable(ownToken(), bytes(1))).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test("a reader gets every message once, in order, with its number and time", async () => {
  const bus = await openBus();
  const { subject, consumer } = await ownStream(bus);
  const before = Date.now();
  for (let i = 1; i <= 250; i++) await bus.publishDurable(subject, bytes(i));
  const read: DurableMessage[] = [];
  for await (const { messages, lastSequence } of bus.consume(consumer, options())) {
    read.push(...messages);
    expect(lastSequence).toBe(read.length);
    if (read.length === 250) break;
  }
  const numbers = Array.from({ length: 250 }, (_, i) => i + 1);
  expect(read.map(({ sequence }) => sequence)).toEqual(numbers);
  expect(read.map(text)).toEqual(numbers.map(String));
  expect(read.every((message) => message.subject === subject)).toBe(true);
  expect(read.every(({ at }) => at.getTime() >= before - 1000 && at.getTime() <= Date.now() + 1000)).toBe(true);
});

test("a reader begins where it left off", async () => {
  const bus = await openBus();
  const { subject, consumer } = await ownStream(bus);
  for (let i = 1; i <= 5; i++) await bus.publishDurable(subject, bytes(i));
  const { messages } = await firstBatch(bus, consumer, options({ startSequence: 4 }));
  expect(messages.map(text)).toEqual(["4", "5"]);
});

test("a reader that has read all waits for the next message", async () => {
  const bus = await openBus();
  const { subject, consumer } = await ownStream(bus);
  await bus.publishDurable(subject, bytes("old"));
  const batch = firstBatch(bus, consumer, options({ startSequence: 2 }));
  await bus.publishDurable(subject, bytes("new"));
  expect((await batch).messages.map(text)).toEqual(["new"]);
});

test("a batch holds no more messages and hardly more bytes than was asked for", async () => {
  const bus = await openBus();
  const { subject, consumer } = await ownStream(bus);
  for (let i = 0; i < 10; i++) await bus.publishDurable(subject, bytes("0123456789"));
  const byCount = await firstBatch(bus, consumer, options({ maxMessages: 3, maxWaitMs: 10_000 }));
  const bySize = await firstBatch(bus, consumer, options({ maxBytes: 40, maxWaitMs: 10_000 }));
  expect([byCount.messages.length, bySize.messages.length]).toEqual([3, 4]);
});

test("reading ends with the signal", async () => {
  const bus = await openBus();
  const { consumer } = await ownStream(bus);
  const end = new AbortController();
  const reading = (async () => {
    for await (const _ of bus.consume(consumer, options({ signal: end.signal }))) throw new Error("nothing to read");
    return "ended";
  })();
  end.abort();
  await expect(reading).resolves.toBe("ended");
});

test("a checkpoint beyond the end of the stream is an error: the stream is not the one it was", async () => {
  const bus = await openBus();
  const { subject, consumer } = await ownStream(bus);
  await bus.publishDurable(subject, bytes(1));
  const reading = firstBatch(bus, consumer, options({ startSequence: 17 }));
  await expect(reading).rejects.toBeInstanceOf(StreamRewound);
  await expect(reading).rejects.toMatchObject({ asked: 17, last: 1 });
});

test("the product's streams are there after the first call and the same after the second", async () => {
  const [bus, { streams }] = [await openBus(), await manager()];
  await ensureStreams(bus);
  const before = (await streams.info("TICKS")).config;
  await Promise.all([ensureStreams(bus), ensureStreams(bus)]);
  const after = (await streams.info("TICKS")).config;
  expect(after).toEqual(before);
  expect(after).toMatchObject({ subjects: ["ticks.>"], storage: "file", retention: "limits", discard: "old" });
});

test("a declaration that has changed changes the stream and keeps its messages", async () => {
  const [bus, { streams }] = [await openBus(), await manager()];
  const { subject, consumer } = await ownStream(bus);
  await bus.publishDurable(subject, bytes(1));
  await bus.declare({ name: consumer.stream, subjects: [`${consumer.stream}.>`], max_bytes: 1_000_000 });
  const { config, state } = await streams.info(consumer.stream);
  expect([config.max_bytes, state.messages]).toEqual([1_000_000, 1]);
});

test("settings that make no sense are named", async () => {
  const bus = await openBus();
  await expect(ensureStreams(bus, { NATS_REPLICAS: "three" })).rejects.toThrow("NATS_REPLICAS");
});

test("a key of a bucket is written once by whoever comes first", async () => {
  const bus = await openBus();
  await ensureStreams(bus);
  const [kv, key] = [await bus.kv(buckets.refusals), ownToken()];
  expect(await kv.get(key)).toBeUndefined();
  const outcomes = await Promise.all([kv.create(key, bytes("a")), kv.create(key, bytes("b"))]);
  expect(outcomes.toSorted()).toEqual([false, true]);
  expect(new TextDecoder().decode(await kv.get(key))).toBe(outcomes[0] ? "a" : "b");
  await kv.put(key, bytes("c"));
  expect(new TextDecoder().decode(await kv.get(key))).toBe("c");
});

test("the last message of a subject is found, and none where there is none", async () => {
  const bus = await openBus();
  const { subject, consumer } = await ownStream(bus);
  expect(await bus.lastMessage(consumer.stream, subject)).toBeUndefined();
  await bus.publishDurable(subject, bytes("a"));
  await bus.publishDurable(subject, bytes("b"));
  await bus.publishDurable(`${subject}.other`, bytes("c"));
  expect(await bus.lastMessage(consumer.stream, subject)).toMatchObject({ payload: bytes("b"), sequence: 2 });
});

test("a message that is to follow another one is not stored where something came between", async () => {
  const bus = await openBus();
  const { subject, consumer } = await ownStream(bus);
  const first = await bus.publishDurable(subject, bytes("a"), { after: 0 });
  await bus.publishDurable(subject, bytes("b"), { after: first.sequence });
  await expect(bus.publishDurable(subject, bytes("c"), { after: first.sequence })).rejects.toThrow(Overtaken);
  expect(await bus.lastMessage(consumer.stream, subject)).toMatchObject({ payload: bytes("b") });
});
