import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, test } from "vitest";
import { connectEventStore, type EventStore, eventIdFor, type NewEvent, WrongExpectedRevision } from "../src/index.ts";

const { EVENTSTORE_URL = "" } = process.env;
let store: EventStore;
beforeAll(() => {
  store = connectEventStore({ connectionString: EVENTSTORE_URL });
});
afterAll(() => store.close());

/** A tenant of the test's own: others write to the same server at the same time. */
const tenant = `t${randomUUID().slice(0, 8)}`;
const newStream = () => `${tenant}-account-${randomUUID()}`;
const event = (number: number, command: string = randomUUID()): NewEvent => ({
  id: eventIdFor(command, number),
  type: "Counted",
  data: { number },
  metadata: { tenant, command },
});
const numbersIn = async (stream: string, options?: Parameters<EventStore["readStream"]>[1]) =>
  (await Array.fromAsync(store.readStream(stream, options))).map(({ data }) => (data as { number: number }).number);

describe("an append at an exact revision", () => {
  test("is kept, whole and in order, with what the writer said", async () => {
    const stream = newStream();
    const events = [event(0), event(1)];
    const { revision, position } = await store.append(stream, events, "no_stream");
    assert.equal(revision, 1n);
    const kept = await Array.fromAsync(store.readStream(stream));
    assert.deepEqual(
      kept.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })),
      events,
    );
    assert.deepEqual(
      kept.map((one) => [one.stream, one.revision]),
      [
        [stream, 0n],
        [stream, 1n],
      ],
    );
    assert.equal(kept[1]?.position, position);
    assert.ok((kept[0]?.position ?? 0n) < position);
  });

  test("at another revision is refused, says where the stream is, and keeps nothing", async () => {
    const stream = newStream();
    await assert.rejects(store.append(stream, [event(0)], 3n), (error: unknown) => {
      assert.ok(error instanceof WrongExpectedRevision);
      assert.equal(error.actual, "no_stream");
      return true;
    });
    await store.append(stream, [event(0)], "no_stream");
    await assert.rejects(store.append(stream, [event(1), event(2)], "no_stream"), {
      actual: 0n,
      expected: "no_stream",
    });
    assert.deepEqual(await numbersIn(stream), [0]);
  });

  test("that is repeated with the same ids answers as the first time and adds nothing", async () => {
    const stream = newStream();
    const command = randomUUID();
    const events = [event(0, command), event(1, command)];
    const first = await store.append(stream, events, "no_stream");
    await store.append(stream, [event(2)], 1n);
    assert.deepEqual(await store.append(stream, events, "no_stream"), first);
    await assert.rejects(store.append(stream, [events[0] as NewEvent, event(9)], "no_stream"), WrongExpectedRevision);
    assert.deepEqual(await numbersIn(stream), [0, 1, 2]);
  });

  test("among many that are made at once gets its own answer, the refused ones too", async () => {
    const streams = Array.from({ length: 60 }, newStream);
    await store.append(streams[0] ?? "", [event(0)], "no_stream");
    const outcomes = await Promise.allSettled(
      streams.map((stream, index) =>
        store.append(
          stream,
          [event(index), event(index)].slice(0, 1 + (index % 2)),
          index % 3 === 0 ? 7n : "no_stream",
        ),
      ),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") {
        const kept = await Array.fromAsync(store.readStream(streams[index] ?? ""));
        const { revision, position } = outcome.value;
        assert.deepEqual([kept.at(-1)?.revision, kept.at(-1)?.position], [revision, position]);
        assert.deepEqual(new Set(kept.map(({ data }) => (data as { number: number }).number)), new Set([index]));
      } else {
        assert.equal(index % 3, 0);
        assert.ok(outcome.reason instanceof WrongExpectedRevision);
        assert.deepEqual(
          [outcome.reason.stream, outcome.reason.actual],
          [streams[index], index === 0 ? 0n : "no_stream"],
        );
      }
    }
  });

  test("of many writers to one stream leaves each revision to one of them", async () => {
    const stream = newStream();
    await store.append(stream, [event(0)], "no_stream");
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, writer) => store.append(stream, [event(writer)], 0n)),
    );
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal((await numbersIn(stream)).length, 2);
  });
});

describe("a stream", () => {
  test("that does not exist reads as empty", async () => assert.deepEqual(await numbersIn(newStream()), []));

  test("is read from anywhere, either way, as far as asked, over many pages", async () => {
    const stream = newStream();
    const total = 1_200;
    for (let from = 0; from < total; from += 400)
      await store.append(
        stream,
        Array.from({ length: 400 }, (_, index) => event(from + index)),
        from === 0 ? "no_stream" : BigInt(from - 1),
      );
    assert.deepEqual(
      await numbersIn(stream),
      Array.from({ length: total }, (_, number) => number),
    );
    assert.deepEqual(await numbersIn(stream, { from: 1_198n }), [1_198, 1_199]);
    assert.deepEqual(await numbersIn(stream, { from: 10n, limit: 2 }), [10, 11]);
    assert.deepEqual(await numbersIn(stream, { direction: "backwards", limit: 3 }), [1_199, 1_198, 1_197]);
    assert.deepEqual(await numbersIn(stream, { from: 1n, direction: "backwards" }), [1, 0]);
  });

  test("is found in the whole history by the beginning of its name, and by nothing shorter", async () => {
    const mine = `${tenant}x`;
    await store.append(`${mine}-account-1`, [event(1)], "no_stream");
    await store.append(`${mine}y-account-1`, [event(2)], "no_stream");
    const { position } = await store.append(`${mine}-account-2`, [event(3)], "no_stream");
    const found = await Array.fromAsync(store.readAll({ streamPrefixes: [`${mine}-`] }));
    assert.deepEqual(
      found.map(({ stream }) => stream),
      [`${mine}-account-1`, `${mine}-account-2`],
    );
    const first = found[0]?.position ?? 0n;
    assert.deepEqual(
      (await Array.fromAsync(store.readAll({ streamPrefixes: [`${mine}-`], after: first }))).map(
        ({ stream }) => stream,
      ),
      [`${mine}-account-2`],
    );
    assert.ok((await store.head()) >= position);
  });
});

test("event ids are the same for the same command and place, and no others", () => {
  assert.equal(eventIdFor("c", 1), eventIdFor("c", 1));
  assert.equal(new Set([eventIdFor("c", 1), eventIdFor("c", 2), eventIdFor("d", 1)]).size, 3);
  assert.match(eventIdFor("c", 1), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
