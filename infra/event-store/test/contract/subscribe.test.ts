import {
  binaryEvent,
  END,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  type Position,
  START,
  streamNameFilter,
} from "@eventstore/db-client";
import { until } from "@tradesage/until";
import { describe, expect, test } from "vitest";
import { connect, idsOf, newCategory, newStream, receivedIds, someEvents, take } from "../rig.ts";

describe("a subscription to a stream", () => {
  test("gets what is there, is told that it caught up, then gets what comes", async () => {
    const client = connect();
    const stream = newStream();
    const [before, after] = [someEvents(4), someEvents(3)];
    await client.appendToStream(stream, before);
    const told: unknown[] = [];
    const subscription = client
      .subscribeToStream(stream)
      .on("confirmation", () => told.push("confirmed"))
      .on("caughtUp", () => told.push("caught up"))
      .on("data", ({ event }) => told.push(event?.id));
    await until("it has caught up", () => told.includes("caught up"));
    await client.appendToStream(stream, after);
    await until("it has all", () => told.length === 9);
    await subscription.unsubscribe();
    expect(told).toEqual(["confirmed", ...idsOf(before), "caught up", ...idsOf(after)]);
  });

  test("begins behind the revision that it names", async () => {
    const client = connect();
    const stream = newStream();
    const events = someEvents(6);
    await client.appendToStream(stream, events);
    const seen = await take(client.subscribeToStream(stream, { fromRevision: 2n }), (_, count) => count === 3);
    expect(receivedIds(seen)).toEqual(idsOf(events.slice(3)));
  });

  test("from the end gets only what comes", async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, someEvents(5));
    const seen: (string | undefined)[] = [];
    let live = false;
    const subscription = client
      .subscribeToStream(stream, { fromRevision: END })
      .on("caughtUp", () => {
        live = true;
      })
      .on("data", ({ event }) => seen.push(event?.id));
    await until("it is live", () => live);
    const events = someEvents(2);
    await client.appendToStream(stream, events);
    await until("it has them", () => seen.length === 2);
    await subscription.unsubscribe();
    expect(seen).toEqual(idsOf(events));
  });

  test("follows links, old and new, where it is asked to", async () => {
    const client = connect();
    const [target, links] = [newStream(), newStream()];
    const events = someEvents(2);
    await client.appendToStream(target, events);
    const link = (revision: number) =>
      client.appendToStream(links, binaryEvent({ type: "$>", data: Buffer.from(`${revision}@${target}`) }));
    const { position } = await link(1);
    const [inStream, inAll] = [
      client.subscribeToStream(links, { resolveLinkTos: true }),
      client.subscribeToAll({
        fromPosition: START,
        resolveLinkTos: true,
        filter: streamNameFilter({ prefixes: [links] }),
      }),
    ].map((subscription) => take(subscription, (_, count) => count === 2));
    await link(0);
    for (const seen of [await inStream, await inAll]) {
      expect(receivedIds(seen ?? [])).toEqual(idsOf(events).reverse());
      expect(seen?.map(({ link }) => link?.streamId)).toEqual([links, links]);
      expect(seen?.[0]?.link?.position).toEqual(position);
    }
  });

  test("may come before the stream", async () => {
    const client = connect();
    const stream = newStream();
    const seen: (string | undefined)[] = [];
    const subscription = client.subscribeToStream(stream).on("data", ({ event }) => seen.push(event?.id));
    const events = someEvents(3);
    await client.appendToStream(stream, events);
    await until("it has them", () => seen.length === 3);
    await subscription.unsubscribe();
    expect(seen).toEqual(idsOf(events));
  });
});

describe("a subscription to the whole history", () => {
  test("begins behind the position that it names", async () => {
    const client = connect();
    const category = newCategory();
    const { position } = await client.appendToStream(`${category}-1`, someEvents(1));
    const events = someEvents(4);
    await client.appendToStream(`${category}-2`, events);
    if (!position) throw new Error("no position");
    const subscription = client.subscribeToAll({ fromPosition: position });
    const seen = await take(subscription, ({ event }) => event?.id === events.at(-1)?.id);
    const mine = seen.filter(({ event }) => event?.streamId.startsWith(category));
    expect(receivedIds(mine)).toEqual(idsOf(events));
  });

  test.each([
    ["streams whose name begins so", (word: string) => streamNameFilter({ prefixes: ["never-", `${word}-`] })],
    ["streams whose name matches", (word: string) => streamNameFilter({ regex: `^${word}-[0-9]$` })],
    ["types that begin so", (word: string) => eventTypeFilter({ prefixes: [`${word}.`] })],
    ["types that match", (word: string) => eventTypeFilter({ regex: `^${word}\\.[A-Z]` })],
  ])("with a filter gets only %s, old and new", async (_, filter) => {
    const client = connect();
    const word = newCategory();
    const others = () => client.appendToStream(newStream(), someEvents(50));
    const [old, fresh] = [someEvents(10, `${word}.Old`), someEvents(10, `${word}.New`)];
    await client.appendToStream(`${word}-1`, old);
    await others();
    const seen: (string | undefined)[] = [];
    const subscription = client
      .subscribeToAll({ fromPosition: START, filter: filter(word) })
      .on("data", ({ event }) => seen.push(event?.id));
    await until("it has the old ones", () => seen.length === 10);
    await others();
    await client.appendToStream(`${word}-2`, fresh);
    await until("it has the new ones", () => seen.length === 20);
    await subscription.unsubscribe();
    expect(seen).toEqual([...idsOf(old), ...idsOf(fresh)]);
  });

  test("that leaves the server's own events out gets none of them", async () => {
    const client = connect();
    const stream = newStream();
    await client.setStreamMetadata(stream, { maxCount: 100 });
    const events = someEvents(3);
    await client.appendToStream(stream, events);
    const subscription = client.subscribeToAll({ filter: excludeSystemEvents() });
    const seen = await take(subscription, ({ event }) => event?.id === events[2]?.id);
    expect(seen.filter(({ event }) => event?.type.startsWith("$"))).toEqual([]);
  });

  test("that nothing matches is told how far it is", async () => {
    const client = connect();
    const { position: begin } = await client.appendToStream(newStream(), someEvents(1));
    if (!begin) throw new Error("no position");
    const reached: Position[] = [];
    const filter = streamNameFilter({
      prefixes: [newCategory()],
      checkpointInterval: 2,
      checkpointReached: async (_, position) => void reached.push(position),
    });
    const subscription = client.subscribeToAll({ fromPosition: begin, filter }).on("data", () => {});
    await until("it is live", () => reached.length > 0 || subscription.id !== undefined);
    const { position: end } = await client.appendToStream(newStream(), someEvents(640));
    await until("it is near the end", () => (reached.at(-1)?.commit ?? 0n) > (end?.commit ?? 0n) - 64n);
    await subscription.unsubscribe();
    const commits = reached.map(({ commit }) => commit);
    expect(commits).toEqual(commits.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(reached.length).toBeGreaterThanOrEqual(9);
  });

  test("tells how far it is after as many events as it asks to look through", async () => {
    const client = connect();
    const { position: begin } = await client.appendToStream(newStream(), someEvents(1));
    if (!begin) throw new Error("no position");
    let count = 0;
    const filter = streamNameFilter({
      prefixes: [newCategory()],
      maxSearchWindow: 10,
      checkpointInterval: 1,
      checkpointReached: async () => void count++,
    });
    const subscription = client.subscribeToAll({ fromPosition: begin, filter }).on("data", () => {});
    await client.appendToStream(newStream(), someEvents(200));
    await until("it is told twenty times", () => count >= 20);
    await subscription.unsubscribe();
  });

  test("loses and repeats nothing while it catches up with fast writers", async () => {
    const client = connect();
    const category = newCategory();
    const appended = new Map<string, string[]>();
    let stop = false;
    const write = async (stream: string) => {
      const mine: string[] = [];
      appended.set(stream, mine);
      while (!stop) {
        const events = someEvents(5);
        await client.appendToStream(stream, events);
        mine.push(...idsOf(events));
      }
    };
    const writing = Promise.all(Array.from({ length: 8 }, (_, writer) => write(`${category}-${writer}`)));
    const total = () => [...appended.values()].reduce((sum, ids) => sum + ids.length, 0);
    await until("there is some history", () => total() > 1_000);
    const subscriptions = Array.from({ length: 3 }, () => {
      const seen = new Map<string, string[]>();
      let count = 0;
      const subscription = client
        .subscribeToAll({ filter: streamNameFilter({ prefixes: [`${category}-`] }) })
        .on("data", ({ event }) => {
          count++;
          if (event) seen.set(event.streamId, [...(seen.get(event.streamId) ?? []), event.id]);
        });
      return { seen, count: () => count, subscription };
    });
    await until("they were live for a while", () => total() > 6_000);
    stop = true;
    await writing;
    for (const { seen, count, subscription } of subscriptions) {
      await until("it has all", () => count() >= total());
      await subscription.unsubscribe();
      expect(seen).toEqual(appended);
    }
  });

  test("whose consumer is slow makes the server wait, and gets all", async () => {
    const client = connect();
    const category = newCategory();
    const events = Array.from({ length: 2_000 }, (_, index) =>
      jsonEvent({ type: "Heavy", data: { index, text: "x".repeat(400) } }),
    );
    const filter = streamNameFilter({ prefixes: [`${category}-`] });
    const subscription = client.subscribeToAll({ filter });
    const seen: (string | undefined)[] = [];
    const reading = (async () => {
      for await (const { event } of subscription) {
        seen.push(event?.id);
        if (seen.length % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        if (seen.length === events.length) return;
      }
    })();
    for (let from = 0; from < events.length; from += 500)
      await client.appendToStream(`${category}-1`, events.slice(from, from + 500));
    await reading;
    await subscription.unsubscribe();
    expect(seen).toEqual(idsOf(events));
  });
});
