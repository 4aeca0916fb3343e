import { BACKWARDS, binaryEvent, END, FORWARDS, START, StreamNotFoundError } from "@eventstore/db-client";
import { describe, expect, test } from "vitest";
import { collect, connect, idsOf, newStream, receivedIds, someEvents } from "../rig.ts";

describe("a stream", () => {
  test.each([
    ["from the start", {}, [0, 1, 2, 3, 4, 5, 6, 7]],
    ["from a revision, which is included", { fromRevision: 5n }, [5, 6, 7]],
    ["so many events", { fromRevision: 2n, maxCount: 3 }, [2, 3, 4]],
    ["from beyond its end: nothing", { fromRevision: 8n }, []],
    ["from the end: nothing", { fromRevision: END }, []],
    ["backwards from the end", { direction: BACKWARDS, fromRevision: END }, [7, 6, 5, 4, 3, 2, 1, 0]],
    ["backwards from a revision, which is included", { direction: BACKWARDS, fromRevision: 2n }, [2, 1, 0]],
    ["backwards, the newest two", { direction: BACKWARDS, fromRevision: END, maxCount: 2 }, [7, 6]],
    ["backwards from the start", { direction: BACKWARDS, fromRevision: START }, [0]],
    ["backwards from beyond its end", { direction: BACKWARDS, fromRevision: 100n, maxCount: 1 }, [7]],
  ] as const)("is read %s", async (_, options, expected) => {
    const client = connect();
    const stream = newStream();
    const events = someEvents(8);
    await client.appendToStream(stream, events);
    const ids = receivedIds(await collect(client.readStream(stream, options)));
    expect(ids).toEqual(expected.map((index) => events[index]?.id));
  });

  test("that does not exist is told apart from an empty answer", async () => {
    const client = connect();
    const stream = newStream();
    const error = await collect(client.readStream(stream)).catch((e) => e);
    expect(error).toBeInstanceOf(StreamNotFoundError);
    expect(error.streamName).toBe(stream);
  });

  test("is read where it is asked that the leader answers", async () => {
    const client = connect();
    const stream = newStream();
    const events = someEvents(2);
    await client.appendToStream(stream, events, { requiresLeader: true });
    expect(receivedIds(await collect(client.readStream(stream, { requiresLeader: true })))).toEqual(idsOf(events));
  });

  test("of many pages comes whole, whichever way it is read", async () => {
    const client = connect();
    const stream = newStream();
    const events = someEvents(2_500);
    await client.appendToStream(stream, events);
    expect(receivedIds(await collect(client.readStream(stream)))).toEqual(idsOf(events));
    const backwards = client.readStream(stream, { direction: BACKWARDS, fromRevision: END });
    expect(receivedIds(await collect(backwards))).toEqual(idsOf(events).reverse());
  });

  test("whose reader stops half-way does not hold the next one up", async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, someEvents(2_000));
    for (let round = 0; round < 5; round++) {
      const events = client.readStream(stream);
      for await (const { event } of events) if (event?.revision === 10n) break;
      await events.cancel();
    }
    expect(await collect(client.readStream(stream, { maxCount: 3 }))).toHaveLength(3);
  });
});

describe("the whole history", () => {
  test("is read from a position on, which is included", async () => {
    const client = connect();
    const events = someEvents(5);
    const { position: first } = await client.appendToStream(newStream(), events[0] as never);
    await client.appendToStream(newStream(), events.slice(1));
    if (!first) throw new Error("no position");
    const read = await collect(client.readAll({ fromPosition: first, direction: FORWARDS }));
    expect(receivedIds(read).filter((id) => idsOf(events).includes(id ?? ""))).toEqual(idsOf(events));
    expect(read[0]?.event?.position).toEqual(first);
  });

  test("is read backwards from a position, which is not included", async () => {
    const client = connect();
    const [older, newer] = [someEvents(1), someEvents(1)];
    const stream = newStream();
    await client.appendToStream(stream, older);
    const { position } = await client.appendToStream(stream, newer);
    if (!position) throw new Error("no position");
    const read = await collect(client.readAll({ direction: BACKWARDS, fromPosition: position, maxCount: 50 }));
    expect(receivedIds(read)).toContain(older[0]?.id);
    expect(receivedIds(read)).not.toContain(newer[0]?.id);
  });

  test("begins with an event of the server's own", async () => {
    const [first] = await collect(connect().readAll({ maxCount: 1 }));
    expect(first?.event?.streamId).toMatch(/^\$/);
  });
});

describe("a link", () => {
  test("is followed where it is asked for, and only there", async () => {
    const client = connect();
    const [target, links] = [newStream(), newStream()];
    await client.appendToStream(target, someEvents(3));
    const { position } = await client.appendToStream(
      links,
      binaryEvent({ type: "$>", data: Buffer.from(`2@${target}`) }),
    );
    const [as] = await collect(client.readStream(links));
    expect(as?.event?.type).toBe("$>");
    expect(as?.link).toBeUndefined();
    const [followed] = await collect(client.readStream(links, { resolveLinkTos: true }));
    const [event] = await collect(client.readStream(target, { fromRevision: 2n }));
    expect(followed?.event).toEqual(event?.event);
    expect(followed?.link).toMatchObject({ type: "$>", streamId: links });
    if (!position) throw new Error("no position");
    const [inAll] = await collect(client.readAll({ fromPosition: position, maxCount: 1, resolveLinkTos: true }));
    expect(inAll?.event?.id).toBe(event?.event?.id);
  });

  test("to nothing is a link without an event", async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, binaryEvent({ type: "$>", data: Buffer.from(`0@${newStream()}`) }));
    const [entry] = await collect(client.readStream(stream, { resolveLinkTos: true }));
    expect(entry?.event).toBeUndefined();
    expect(entry?.link).toBeDefined();
  });
});
