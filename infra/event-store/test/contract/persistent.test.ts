import {
  binaryEvent,
  DISPATCH_TO_SINGLE,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type PersistentAction,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionMaximumSubscribersReachedError,
  type PersistentSubscriptionToStreamSettings,
  PINNED,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  ROUND_ROBIN,
  START,
  streamNameFilter,
} from "@eventstore/db-client";
import { until } from "@tradesage/until";
import { describe, expect, test } from "vitest";
import { connect, idsOf, newCategory, newStream, receivedIds, someEvents, take } from "../rig.ts";

const GROUP = "workers";

/** A stream with a group that reads it from the start. */
async function groupOn(client: EventStoreDBClient, settings: Partial<PersistentSubscriptionToStreamSettings> = {}) {
  const stream = newStream();
  await client.createPersistentSubscriptionToStream(
    stream,
    GROUP,
    persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...settings }),
  );
  return stream;
}

interface Seen {
  readonly id: string | undefined;
  readonly retryCount: number;
}

/** A consumer that answers each event as it is told: acknowledged, not at all, or nacked. */
function consume(
  client: EventStoreDBClient,
  stream: string,
  answer: (seen: Seen) => "ack" | "nothing" | PersistentAction = () => "ack",
  bufferSize = 10,
) {
  const seen: Seen[] = [];
  const failures: unknown[] = [];
  const subscription = client.subscribeToPersistentSubscriptionToStream(stream, GROUP, { bufferSize });
  let confirmed = false;
  subscription
    .on("confirmation", () => {
      confirmed = true;
    })
    .on("error", (error) => failures.push(error))
    .on("data", (resolved) => {
      const one = { id: resolved.event?.id, retryCount: resolved.retryCount };
      seen.push(one);
      const how = answer(one);
      if (how === "ack") subscription.ack(resolved).catch((error) => failures.push(error));
      else if (how !== "nothing") subscription.nack(how, "a test", resolved).catch((error) => failures.push(error));
    });
  return {
    seen,
    failures,
    ids: () => seen.map(({ id }) => id),
    joined: () => until("the consumer has joined", () => confirmed),
    leave: () => subscription.unsubscribe(),
  };
}

const info = (client: EventStoreDBClient, stream: string) =>
  client.getPersistentSubscriptionToStreamInfo(stream, GROUP);

describe("a group", () => {
  test("hands out what was there and what comes, in order", async () => {
    const client = connect();
    const stream = await groupOn(client);
    const [old, fresh] = [someEvents(30), someEvents(20)];
    await client.appendToStream(stream, old);
    const consumer = consume(client, stream);
    await until("it has the old ones", () => consumer.seen.length === 30);
    await client.appendToStream(stream, fresh);
    await until("it has the new ones", () => consumer.seen.length === 50);
    await consumer.leave();
    expect(consumer.ids()).toEqual([...idsOf(old), ...idsOf(fresh)]);
  });

  test.each([
    ["the start", START, 0],
    ["a revision, which is included", 2n, 2],
    ["the end", END, 5],
  ] as const)("begins at %s", async (_, startFrom, first) => {
    const client = connect();
    const stream = newStream();
    const events = someEvents(9);
    await client.appendToStream(stream, events.slice(0, 5));
    await client.createPersistentSubscriptionToStream(
      stream,
      GROUP,
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom }),
    );
    await client.appendToStream(stream, events.slice(5));
    const consumer = consume(client, stream);
    await until("it has all", () => consumer.seen.length === 9 - first);
    await consumer.leave();
    expect(consumer.ids()).toEqual(idsOf(events.slice(first)));
  });

  test("hands an event out again when it is asked to, and counts", async () => {
    const client = connect();
    const stream = await groupOn(client, { maxRetryCount: 3 });
    const [event] = someEvents(1);
    if (event) await client.appendToStream(stream, event);
    const consumer = consume(client, stream, ({ retryCount }) => (retryCount < 2 ? "retry" : "ack"));
    await until("it came three times", () => consumer.seen.length === 3);
    await consumer.leave();
    expect(consumer.seen.map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
  });

  test("hands a skipped event out no more", async () => {
    const client = connect();
    const stream = await groupOn(client);
    const events = someEvents(6);
    await client.appendToStream(stream, events);
    const consumer = consume(client, stream, () => "skip");
    await until("it has all", () => consumer.seen.length === 6);
    await until("none is open", async () => (await info(client, stream)).stats.totalInFlightMessages === 0);
    await consumer.leave();
    expect((await info(client, stream)).stats.parkedMessageCount).toBe(0n);
  });

  test("hands an event to another when its consumer leaves without an answer", async () => {
    const client = connect();
    const stream = await groupOn(client);
    const events = someEvents(4);
    await client.appendToStream(stream, events);
    const silent = consume(client, stream, () => "nothing");
    await until("it has all", () => silent.seen.length === 4);
    await silent.leave();
    const other = consume(client, stream);
    await until("the other has all", () => other.seen.length === 4);
    await other.leave();
    expect(other.ids()).toEqual(idsOf(events));
  });

  test("hands an event out again when its consumer does not answer in time", async () => {
    const client = connect();
    const stream = await groupOn(client, { messageTimeout: 200 });
    await client.appendToStream(stream, someEvents(2));
    const consumer = consume(client, stream, ({ retryCount }) => (retryCount === 0 ? "nothing" : "ack"));
    await until("both came twice", () => consumer.seen.length === 4);
    await consumer.leave();
    expect(consumer.seen.map(({ retryCount }) => retryCount)).toEqual([0, 0, 1, 1]);
  });

  test("gives a consumer no more than it has room for", async () => {
    const client = connect();
    const stream = await groupOn(client);
    await client.appendToStream(stream, someEvents(50));
    const consumer = consume(client, stream, () => "nothing", 7);
    await until("it is full", () => consumer.seen.length >= 7);
    const [connection] = (await info(client, stream)).connections;
    expect(connection).toMatchObject({ availableSlots: 0, inFlightMessages: 7 });
    expect(consumer.seen).toHaveLength(7);
    await consumer.leave();
  });

  test("goes on behind what was acknowledged, whoever comes", async () => {
    const client = connect();
    const stream = await groupOn(client, { checkPointLowerBound: 1, checkPointUpperBound: 1 });
    const events = someEvents(20);
    await client.appendToStream(stream, events.slice(0, 12));
    const first = consume(client, stream);
    await until("it has them", () => first.seen.length === 12);
    await until("that is kept", async () => (await info(client, stream)).stats.lastCheckpointedEventRevision === 11n);
    await first.leave();
    await client.restartPersistentSubscriptionSubsystem();
    await client.appendToStream(stream, events.slice(12));
    const second = consume(client, stream);
    await until("it has the rest", () => second.seen.length >= 8);
    await second.leave();
    expect(second.ids()).toEqual(idsOf(events.slice(12)));
  });

  test("on an index hands out what its links lead to", async () => {
    const client = connect();
    const category = newCategory();
    await client.enableProjection("$by_category");
    await client.createPersistentSubscriptionToStream(
      `$ce-${category}`,
      GROUP,
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, resolveLinkTos: true }),
    );
    const events = someEvents(25);
    await client.appendToStream(`${category}-1`, events.slice(0, 10));
    await client.appendToStream(`${category}-2`, events.slice(10));
    const consumer = consume(client, `$ce-${category}`);
    await until("it has all", () => consumer.seen.length === 25);
    await consumer.leave();
    expect(consumer.ids()).toEqual(idsOf(events));
  });

  test("that begins at the end of an index gets what was appended just before", async () => {
    const client = connect();
    const stream = newStream();
    const type = stream.replaceAll("-", "");
    await client.enableProjection("$by_event_type");
    const events = someEvents(3, type);
    await client.appendToStream(stream, events);
    await client.createPersistentSubscriptionToStream(
      `$et-${type}`,
      GROUP,
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: END, resolveLinkTos: true }),
    );
    const consumer = consume(client, `$et-${type}`);
    await until("it has them", () => consumer.seen.length === 3);
    await consumer.leave();
    expect(consumer.ids()).toEqual(idsOf(events));
  });

  test("follows links in a stream where it is asked to", async () => {
    const client = connect();
    const [target, links] = [newStream(), await groupOn(client, { resolveLinkTos: true })];
    const events = someEvents(3);
    await client.appendToStream(target, events);
    await client.appendToStream(
      links,
      [2, 0].map((revision) => binaryEvent({ type: "$>", data: Buffer.from(`${revision}@${target}`) })),
    );
    const consumer = consume(client, links);
    await until("it has both", () => consumer.seen.length === 2);
    await until("both are done with", async () => (await info(client, links)).stats.totalInFlightMessages === 0);
    await consumer.leave();
    expect(consumer.ids()).toEqual([events[2]?.id, events[0]?.id]);
  });
});

test("a consumer that stops is sent away, and another gets what it had", async () => {
  const client = connect();
  const stream = await groupOn(client);
  const events = someEvents(1);
  await client.appendToStream(stream, events);
  const first = consume(client, stream, () => "stop");
  await until("it is told", () => first.failures.length > 0);
  expect(first.failures[0]).toBeInstanceOf(PersistentSubscriptionDroppedError);
  const second = consume(client, stream);
  await until("another has it", () => second.seen.length === 1);
  await second.leave();
  expect(second.ids()).toEqual(idsOf(events));
});

describe("parked events", () => {
  test("are kept when a consumer parks them, and handed out again when that is asked for", async () => {
    const client = connect();
    const stream = await groupOn(client);
    const events = someEvents(10);
    await client.appendToStream(stream, events);
    let park = true;
    const consumer = consume(client, stream, () => (park ? "park" : "ack"));
    const parked = async () => (await info(client, stream)).stats.parkedMessageCount;
    await until("all are parked", async () => (await parked()) === 10n);
    park = false;
    await client.replayParkedMessagesToStream(stream, GROUP, { stopAt: 4 });
    await until("four came again", () => consumer.seen.length === 14);
    await until("four are parked no more", async () => (await parked()) === 6n);
    await client.replayParkedMessagesToStream(stream, GROUP);
    await until("all came again", () => consumer.seen.length === 20);
    await until("none is parked", async () => (await parked()) === 0n);
    await consumer.leave();
    expect(consumer.ids().slice(10)).toEqual(idsOf(events));
  });

  test("are also those that were tried too often", async () => {
    const client = connect();
    const stream = await groupOn(client, { maxRetryCount: 2 });
    await client.appendToStream(stream, someEvents(1));
    const consumer = consume(client, stream, () => "retry");
    await until("it is parked", async () => (await info(client, stream)).stats.parkedMessageCount === 1n);
    await consumer.leave();
    expect(consumer.seen.map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
  });
});

describe("several consumers", () => {
  test("take turns", async () => {
    const client = connect();
    const stream = await groupOn(client, { consumerStrategyName: ROUND_ROBIN });
    const consumers = [consume(client, stream), consume(client, stream)];
    for (const { joined } of consumers) await joined();
    await client.appendToStream(stream, someEvents(40));
    const counts = () => consumers.map(({ seen }) => seen.length);
    await until("they have all", () => counts().reduce((sum, count) => sum + count) === 40);
    for (const { leave } of consumers) await leave();
    expect(Math.min(...counts())).toBeGreaterThan(10);
  });

  test("one takes all while it has room, where that is asked for", async () => {
    const client = connect();
    const stream = await groupOn(client, { consumerStrategyName: DISPATCH_TO_SINGLE });
    const first = consume(client, stream, () => "nothing", 5);
    await first.joined();
    const second = consume(client, stream, () => "nothing", 5);
    await second.joined();
    await client.appendToStream(stream, someEvents(7));
    await until("all are out", () => first.seen.length + second.seen.length === 7);
    await first.leave();
    await second.leave();
    expect(first.seen.length).toBe(5);
  });

  test("each has its own streams, where they are pinned", async () => {
    const client = connect();
    const category = newCategory();
    const index = `$ce-${category}`;
    await client.createPersistentSubscriptionToStream(
      index,
      GROUP,
      persistentSubscriptionToStreamSettingsFromDefaults({
        startFrom: START,
        resolveLinkTos: true,
        consumerStrategyName: PINNED,
      }),
    );
    const owners = new Map<string, Set<number>>();
    let count = 0;
    const subscriptions = [0, 1, 2].map((number) => {
      const subscription = client.subscribeToPersistentSubscriptionToStream(index, GROUP);
      return subscription.on("data", (resolved) => {
        count++;
        const stream = resolved.event?.streamId ?? "";
        owners.set(stream, (owners.get(stream) ?? new Set()).add(number));
        void subscription.ack(resolved);
      });
    });
    await until("all have joined", async () => {
      const { connections } = await client.getPersistentSubscriptionToStreamInfo(index, GROUP);
      return connections.length === 3;
    });
    for (let round = 0; round < 5; round++)
      for (let stream = 0; stream < 12; stream++) await client.appendToStream(`${category}-${stream}`, someEvents(1));
    await until("they have all", () => count === 60);
    for (const subscription of subscriptions) await subscription.unsubscribe();
    expect([...owners.values()].map(({ size }) => size)).toEqual(Array(12).fill(1));
    expect(new Set([...owners.values()].flatMap((numbers) => [...numbers])).size).toBeGreaterThan(1);
  });

  test("are no more than the group allows", async () => {
    const client = connect();
    const stream = await groupOn(client, { maxSubscriberCount: 1 });
    const first = consume(client, stream);
    await first.joined();
    const second = consume(client, stream);
    await until("it is refused", () => second.failures.length > 0);
    expect(second.failures[0]).toBeInstanceOf(PersistentSubscriptionMaximumSubscribersReachedError);
    await first.leave();
  });
});

describe("a group of the whole history", () => {
  test.each([
    ["a stream's name", (word: string) => streamNameFilter({ prefixes: [`${word}-`] })],
    ["a type", (word: string) => eventTypeFilter({ regex: `^${word}$` })],
  ])("hands out what its filter on %s lets through", async (_, filter) => {
    const client = connect();
    const word = newCategory();
    const events = someEvents(12, word);
    await client.appendToStream(`${word}-1`, events.slice(0, 6));
    await client.appendToStream(newStream(), someEvents(20));
    await client.createPersistentSubscriptionToAll(
      word,
      persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START }),
      { filter: filter(word) },
    );
    await client.appendToStream(`${word}-2`, events.slice(6));
    const subscription = client.subscribeToPersistentSubscriptionToAll(word, { bufferSize: 20 });
    const seen = await take(subscription, (_, count) => count === 12);
    expect(receivedIds(seen)).toEqual(idsOf(events));
    await client.deletePersistentSubscriptionToAll(word);
  });

  test("begins at a position, which is included", async () => {
    const client = connect();
    const group = newCategory();
    const events = someEvents(5);
    const { position } = await client.appendToStream(newStream(), events.slice(0, 1));
    await client.appendToStream(newStream(), events.slice(1));
    if (!position) throw new Error("no position");
    await client.createPersistentSubscriptionToAll(
      group,
      persistentSubscriptionToAllSettingsFromDefaults({ startFrom: position }),
      { filter: excludeSystemEvents() },
    );
    const info = await client.getPersistentSubscriptionToAllInfo(group);
    expect(info).toMatchObject({ eventSource: "$all", groupName: group, settings: { startFrom: position } });
    const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: 1_000 });
    const seen = await take(subscription, ({ event }) => event?.id === events[4]?.id);
    expect(receivedIds(seen).filter((id) => idsOf(events).includes(id ?? ""))).toEqual(idsOf(events));
    expect(seen[0]?.event?.id).toBe(events[0]?.id);
    await client.deletePersistentSubscriptionToAll(group);
  });
});

describe("managing groups", () => {
  test("two of one name there cannot be, nor can one that is not there be used", async () => {
    const client = connect();
    const stream = await groupOn(client);
    const settings = persistentSubscriptionToStreamSettingsFromDefaults();
    await expect(client.createPersistentSubscriptionToStream(stream, GROUP, settings)).rejects.toBeInstanceOf(
      PersistentSubscriptionExistsError,
    );
    for (const attempt of [
      () => client.updatePersistentSubscriptionToStream(stream, "other", settings),
      () => client.deletePersistentSubscriptionToStream(stream, "other"),
      () => client.getPersistentSubscriptionToStreamInfo(stream, "other"),
      () => client.replayParkedMessagesToStream(stream, "other"),
      () => client.listPersistentSubscriptionsToStream(newStream()),
      () => take(client.subscribeToPersistentSubscriptionToStream(stream, "other"), () => true),
    ]) {
      const error = await attempt().catch((e) => e);
      expect(error).toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
    }
  });

  test("a group tells its settings as they were given", async () => {
    const client = connect();
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({
      startFrom: 5n,
      resolveLinkTos: true,
      extraStatistics: true,
      messageTimeout: 1_234,
      maxRetryCount: 3,
      checkPointAfter: 777,
      checkPointLowerBound: 2,
      checkPointUpperBound: 99,
      maxSubscriberCount: 4,
      liveBufferSize: 300,
      readBatchSize: 11,
      historyBufferSize: 222,
      consumerStrategyName: PINNED,
    });
    const stream = newStream();
    await client.createPersistentSubscriptionToStream(stream, GROUP, settings);
    expect(await info(client, stream)).toMatchObject({ eventSource: stream, groupName: GROUP, settings });
    const changed = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: END, readBatchSize: 5 });
    await client.updatePersistentSubscriptionToStream(stream, GROUP, changed);
    const listed = await client.listPersistentSubscriptionsToStream(stream);
    expect(listed.map(({ settings }) => settings)).toEqual([changed]);
    expect((await client.listAllPersistentSubscriptions()).map(({ eventSource }) => eventSource)).toContain(stream);
  });

  test("a group tells who is connected and how it goes", async () => {
    const client = connect();
    const stream = await groupOn(client, { extraStatistics: true });
    await client.appendToStream(stream, someEvents(30));
    const consumer = consume(client, stream);
    await until("it has all", () => consumer.seen.length === 30);
    await until("all are answered", async () => (await info(client, stream)).stats.totalInFlightMessages === 0);
    const { connections, stats } = await info(client, stream);
    expect(stats).toMatchObject({ totalItems: 30n, lastKnownEventRevision: 29n });
    expect(connections).toMatchObject([{ connectionName: client.connectionName, totalItems: 30n }]);
    expect(connections[0]?.extraStatistics?.get("quintile 3")).toBeDefined();
    await consumer.leave();
    await until("it is gone", async () => (await info(client, stream)).connections.length === 0);
  });

  test("whoever is connected to a group that is deleted is told so", async () => {
    const client = connect();
    const stream = await groupOn(client);
    const consumer = consume(client, stream);
    await consumer.joined();
    await client.deletePersistentSubscriptionToStream(stream, GROUP);
    await until("it is told", () => consumer.failures.length > 0);
    expect(consumer.failures[0]).toBeInstanceOf(PersistentSubscriptionDroppedError);
  });
});
