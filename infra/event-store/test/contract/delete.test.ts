import {
  BACKWARDS,
  END,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from "@eventstore/db-client";
import { describe, expect, test } from "vitest";
import { collect, connect, idsOf, newStream, receivedIds, someEvents, take } from "../rig.ts";

describe("a deleted stream", () => {
  test("is not found, and its metadata says so", async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, someEvents(4));
    const { position } = await client.deleteStream(stream);
    expect(position?.commit).toBeGreaterThan(0n);
    await expect(collect(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
    const { metadata } = await client.getStreamMetadata(stream);
    expect(metadata?.truncateBefore).toBe(2 ** 63);
  });

  test("is deleted only at the revision that is expected", async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, someEvents(4));
    for (const expectedRevision of [2n, NO_STREAM] as const) {
      const error = await client.deleteStream(stream, { expectedRevision }).catch((e) => e);
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error.streamName).toBe(stream);
    }
    await client.deleteStream(stream, { expectedRevision: 3n });
    await expect(collect(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  test("comes back with the next append, which goes on with the numbers", async () => {
    const client = connect();
    const stream = newStream();
    await client.setStreamMetadata(stream, { maxAge: 1_000, mine: true });
    await client.appendToStream(stream, someEvents(3));
    await client.deleteStream(stream);
    await expect(
      client.appendToStream(stream, someEvents(1), { expectedRevision: STREAM_EXISTS }),
    ).rejects.toBeInstanceOf(WrongExpectedVersionError);
    const events = someEvents(2);
    const again = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    expect(again.nextExpectedRevision).toBe(4n);
    expect(await client.appendToStream(stream, events, { expectedRevision: NO_STREAM })).toEqual(again);
    const read = await collect(client.readStream(stream));
    expect(receivedIds(read)).toEqual(idsOf(events));
    expect(read.map(({ event }) => event?.revision)).toEqual([3n, 4n]);
    const { metadata } = await client.getStreamMetadata(stream);
    expect(metadata).toMatchObject({ truncateBefore: 3, maxAge: 1_000, mine: true });
  });

  test("that has metadata and no event can be deleted too", async () => {
    const client = connect();
    const stream = newStream();
    await client.setStreamMetadata(stream, { cacheControl: 10 });
    await expect(client.deleteStream(stream, { expectedRevision: NO_STREAM })).resolves.toBeDefined();
  });
});

test("a stream that never was cannot be deleted, whatever is expected of it", async () => {
  const client = connect();
  const stream = newStream();
  const error = await client.deleteStream(stream).catch((e) => e);
  expect(error).toBeInstanceOf(WrongExpectedVersionError);
  expect(error).toMatchObject({ streamName: stream, actualVersion: NO_STREAM });
});

test("a stream that has nothing but metadata exists, for whoever appends to it", async () => {
  const client = connect();
  const stream = newStream();
  await client.setStreamMetadata(stream, { cacheControl: 10 });
  const appended = await client.appendToStream(stream, someEvents(1), { expectedRevision: STREAM_EXISTS });
  expect(appended.nextExpectedRevision).toBe(0n);
});

describe("a tombstoned stream", () => {
  test("is closed for good: no reading, no writing, no deleting", async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, someEvents(2));
    await client.tombstoneStream(stream, { expectedRevision: 1n });
    for (const attempt of [
      () => collect(client.readStream(stream)),
      () => collect(client.readStream(stream, { direction: BACKWARDS, fromRevision: END })),
      () => client.appendToStream(stream, someEvents(1)),
      () => client.appendToStream(stream, someEvents(1), { credentials: { username: "admin", password: "changeit" } }),
      () => client.setStreamMetadata(stream, { maxCount: 1 }),
      () => client.deleteStream(stream),
      () => client.tombstoneStream(stream),
    ]) {
      const error = await attempt().catch((e) => e);
      expect(error).toBeInstanceOf(StreamDeletedError);
      expect(error.streamName).toContain(stream);
    }
  });

  test("is made only at the revision that is expected", async () => {
    const client = connect();
    const [stream, missing] = [newStream(), newStream()];
    await client.appendToStream(stream, someEvents(4));
    for (const expectedRevision of [2n, NO_STREAM] as const)
      await expect(client.tombstoneStream(stream, { expectedRevision })).rejects.toBeInstanceOf(
        WrongExpectedVersionError,
      );
    await client.tombstoneStream(missing, { expectedRevision: NO_STREAM });
    await expect(collect(client.readStream(missing))).rejects.toBeInstanceOf(StreamDeletedError);
  });

  test("leaves a mark in the history", async () => {
    const client = connect();
    const stream = newStream();
    const { position } = await client.tombstoneStream(stream);
    if (!position) throw new Error("no position");
    const [mark] = await collect(client.readAll({ fromPosition: position, maxCount: 1 }));
    expect(mark?.event).toMatchObject({ type: "$streamDeleted", streamId: stream, revision: 2n ** 63n - 1n });
  });
});

describe("metadata of a stream", () => {
  test("comes back as it was set, the newest only", async () => {
    const client = connect();
    const stream = newStream();
    expect(await client.getStreamMetadata(stream)).toEqual({ streamName: stream });
    await client.setStreamMetadata(stream, { maxCount: 7, bird: "\u{1F99C}" });
    const metadata = {
      maxAge: 2,
      cacheControl: 15,
      truncateBefore: 1,
      maxCount: 12,
      acl: { readRoles: ["admin"], writeRoles: ["admin"], deleteRoles: ["admin"] },
      bird: "\u{1F99A}",
    };
    await client.setStreamMetadata(stream, metadata);
    expect((await client.getStreamMetadata(stream)).metadata).toEqual(metadata);
    expect(await collect(client.readStream(`$$${stream}`))).toHaveLength(1);
  });

  test("hides all but the newest events by their count", async () => {
    const client = connect();
    const stream = newStream();
    await client.setStreamMetadata(stream, { maxCount: 2 });
    const events = someEvents(20);
    await client.appendToStream(stream, events);
    const newest = idsOf(events.slice(18));
    expect(receivedIds(await collect(client.readStream(stream)))).toEqual(newest);
    expect(receivedIds(await collect(client.readStream(stream, { fromRevision: 3n })))).toEqual(newest);
    const backwards = client.readStream(stream, { direction: BACKWARDS, fromRevision: END });
    expect(receivedIds(await collect(backwards))).toEqual(newest.reverse());
  });

  test("hides from a subscription what it hides from a read", async () => {
    const client = connect();
    const stream = newStream();
    const events = someEvents(6);
    await client.appendToStream(stream, events);
    await client.setStreamMetadata(stream, { truncateBefore: 4 });
    const seen = await take(client.subscribeToStream(stream), (_, count) => count === 2);
    expect(receivedIds(seen)).toEqual(idsOf(events.slice(4)));
  });

  test("hides what is before a revision", async () => {
    const client = connect();
    const stream = newStream();
    const events = someEvents(6);
    await client.appendToStream(stream, events);
    expect(await collect(client.readStream(stream))).toHaveLength(6);
    await client.setStreamMetadata(stream, { truncateBefore: 4 });
    expect(receivedIds(await collect(client.readStream(stream)))).toEqual(idsOf(events.slice(4)));
    await client.setStreamMetadata(stream, { truncateBefore: 10 });
    expect(await collect(client.readStream(stream))).toEqual([]);
    await client.setStreamMetadata(stream, {});
    expect(await collect(client.readStream(stream))).toHaveLength(6);
  });

  test("hides what is too old", async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, jsonEvent({ type: "Old", data: {} }));
    await client.setStreamMetadata(stream, { maxAge: 1 });
    const { event } =
      (await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 })))[0] ?? {};
    while (Date.now() < Number(event?.created) + 1_100) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await collect(client.readStream(stream))).toEqual([]);
  });
});
