import { randomUUID } from "node:crypto";
import {
  ANY,
  BACKWARDS,
  binaryEvent,
  DeadlineExceededError,
  END,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
} from "@eventstore/db-client";
import { describe, expect, test } from "vitest";
import { collect, connect, idsOf, newStream, receivedIds, someEvents } from "../rig.ts";

test("events come back as they were appended, in their order", async () => {
  const client = connect();
  const stream = newStream();
  const placed = jsonEvent({ type: "Placed", data: { text: "Grüße, ‐ \u0018 \u{1F408}" }, metadata: { by: "me" } });
  const raw = binaryEvent({ type: "Raw", data: Uint8Array.of(0, 255, 10), metadata: Uint8Array.of(200, 1) });
  const result = await client.appendToStream(stream, [placed, raw]);
  expect(result).toMatchObject({ success: true, nextExpectedRevision: 1n });
  const [first, second] = await collect(client.readStream(stream));
  expect(first?.event).toMatchObject({
    id: placed.id,
    type: "Placed",
    streamId: stream,
    revision: 0n,
    isJson: true,
    data: placed.data,
    metadata: { by: "me" },
  });
  expect(second?.event).toMatchObject({ id: raw.id, isJson: false, revision: 1n });
  expect(Buffer.from(second?.event?.data as Uint8Array)).toEqual(Buffer.from([0, 255, 10]));
  expect(Buffer.from(second?.event?.metadata as Uint8Array)).toEqual(Buffer.from([200, 1]));
  expect(second?.event?.position).toEqual(result.position);
  expect(Math.abs(Date.now() - Number(first?.event?.created))).toBeLessThan(3_600_000);
});

test("streams and types may have any name", async () => {
  const client = connect();
  for (const name of [`${newStream()} ${"長い名前/?#%&=+;:@"}`, `${newStream()}'"\\\u{1F408}`, `${newStream()}\n`]) {
    const event = jsonEvent({ type: name, data: {} });
    await client.appendToStream(name, event);
    const [read] = await collect(client.readStream(name));
    expect(read?.event).toMatchObject({ id: event.id, type: name, streamId: name });
    await expect(client.appendToStream(name, someEvents(1), { expectedRevision: 7n })).rejects.toMatchObject({
      streamName: name,
    });
  }
});

describe.each([
  ["over the shared call", {}],
  ["as a call of its own", { credentials: { username: "admin", password: "changeit" } }],
])("an append %s", (_, how) => {
  test("is taken where the stream is at the revision that it expects", async () => {
    const client = connect();
    const stream = newStream();
    const first = await client.appendToStream(stream, someEvents(3), { ...how, expectedRevision: NO_STREAM });
    expect(first.nextExpectedRevision).toBe(2n);
    const second = await client.appendToStream(stream, someEvents(2), { ...how, expectedRevision: 2n });
    expect(second.nextExpectedRevision).toBe(4n);
    const third = await client.appendToStream(stream, someEvents(1), { ...how, expectedRevision: STREAM_EXISTS });
    const fourth = await client.appendToStream(stream, someEvents(1), { ...how, expectedRevision: ANY });
    expect([third, fourth].map(({ nextExpectedRevision }) => nextExpectedRevision)).toEqual([5n, 6n]);
  });

  test("is refused where it is not, and told where it is", async () => {
    const client = connect();
    const stream = newStream();
    const refusal = async (expectedRevision: bigint | typeof NO_STREAM | typeof STREAM_EXISTS) => {
      const error = await client.appendToStream(stream, someEvents(1), { ...how, expectedRevision }).catch((e) => e);
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      return [error.streamName, error.expectedVersion, error.actualVersion];
    };
    expect(await refusal(1n)).toEqual([stream, 1n, NO_STREAM]);
    expect(await refusal(STREAM_EXISTS)).toEqual([stream, STREAM_EXISTS, NO_STREAM]);
    await client.appendToStream(stream, someEvents(4));
    expect(await refusal(NO_STREAM)).toEqual([stream, NO_STREAM, 3n]);
    expect(await refusal(2n)).toEqual([stream, 2n, 3n]);
    expect(await refusal(4n)).toEqual([stream, 4n, 3n]);
    expect(await collect(client.readStream(stream))).toHaveLength(4);
  });

  test("that is repeated has no second effect, and answers as at first", async () => {
    const client = connect();
    const stream = newStream();
    const [begin, next] = [someEvents(2), someEvents(3)];
    await client.appendToStream(stream, begin, { ...how, expectedRevision: NO_STREAM });
    const first = await client.appendToStream(stream, next, { ...how, expectedRevision: 1n });
    await client.appendToStream(stream, someEvents(1), { ...how, expectedRevision: 4n });
    expect(await client.appendToStream(stream, next, { ...how, expectedRevision: 1n })).toEqual(first);
    expect(await client.appendToStream(stream, next, { ...how, expectedRevision: ANY })).toEqual(first);
    expect(await client.appendToStream(stream, begin, { ...how, expectedRevision: NO_STREAM })).toMatchObject({
      nextExpectedRevision: 1n,
    });
    expect(await collect(client.readStream(stream))).toHaveLength(6);
  });

  test("that repeats only in part is refused", async () => {
    const client = connect();
    const stream = newStream();
    const events = someEvents(3);
    await client.appendToStream(stream, events, { ...how, expectedRevision: NO_STREAM });
    for (const wrong of [[...events, ...someEvents(1)], [...events.slice(0, 2), ...someEvents(1)], events.slice(1)])
      await expect(
        client.appendToStream(stream, wrong, { ...how, expectedRevision: NO_STREAM }),
      ).rejects.toBeInstanceOf(WrongExpectedVersionError);
    expect(receivedIds(await collect(client.readStream(stream)))).toEqual(idsOf(events));
  });

  test("larger than the server takes is refused, and leaves nothing", async () => {
    const client = connect();
    const stream = newStream();
    const large = Array.from({ length: 5 }, () => binaryEvent({ type: "Large", data: Buffer.alloc(300 * 1024) }));
    const error = await client.appendToStream(stream, large, how).catch((e) => e);
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(error.maxAppendSize).toBe(1024 * 1024);
    await expect(collect(client.readStream(stream))).rejects.toThrow("not found");
  });

  test("that comes after its deadline is refused", async () => {
    const client = connect();
    await expect(
      client.appendToStream(newStream(), someEvents(20_000), { ...how, deadline: 1 }),
    ).rejects.toBeInstanceOf(DeadlineExceededError);
  });

  test("of no events succeeds where its expectation holds", async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, someEvents(2));
    expect(await client.appendToStream(stream, [], { ...how, expectedRevision: 1n })).toMatchObject({
      nextExpectedRevision: 1n,
    });
  });
});

test("the same id in another stream is another event", async () => {
  const client = connect();
  const event = jsonEvent({ id: randomUUID(), type: "Happened", data: {} });
  const [one, other] = [newStream(), newStream()];
  await client.appendToStream(one, event);
  await client.appendToStream(other, event);
  expect(await collect(client.readStream(other))).toHaveLength(1);
});

test("a large append arrives in pieces and is one", async () => {
  const client = connect();
  const stream = newStream();
  const events = someEvents(3_000);
  const { nextExpectedRevision } = await client.appendToStream(stream, events, { batchAppendSize: 4_096 });
  expect(nextExpectedRevision).toBe(2_999n);
  expect(receivedIds(await collect(client.readStream(stream)))).toEqual(idsOf(events));
});

test("of many writers at one revision exactly one wins, each time", async () => {
  const client = connect();
  const stream = newStream();
  for (let revision = -1n; revision < 20n; revision++) {
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        client.appendToStream(stream, someEvents(1), { expectedRevision: revision < 0n ? NO_STREAM : revision }),
      ),
    );
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  }
  const revisions = (await collect(client.readStream(stream))).map(({ event }) => event?.revision);
  expect(revisions).toEqual(Array.from({ length: 21 }, (_, index) => BigInt(index)));
});

test("positions grow from append to append, over all streams", async () => {
  const client = connect();
  const positions: bigint[] = [];
  for (let count = 0; count < 20; count++)
    positions.push((await client.appendToStream(newStream(), someEvents(2))).position?.commit ?? 0n);
  expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
  expect(new Set(positions).size).toBe(20);
  const [newest] = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
  expect(newest?.event?.position.commit ?? 0n).toBeGreaterThanOrEqual(positions.at(-1) ?? 0n);
});
