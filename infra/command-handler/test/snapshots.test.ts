import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { EventStore } from "@tradesage/event-store";
import { buckets } from "@tradesage/message-bus";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, test } from "vitest";
import { asked, purseSnapshots, purses } from "../src/purse.fixture.ts";
import { type Servers, startServers } from "./servers.ts";

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.close());

test("a snapshot is kept by the bus, and the next process goes on behind it, also where it is replaced", async () => {
  const objects = await servers.bus.objects(buckets.snapshots);
  const tenant = `t${randomUUID().replaceAll("-", "").slice(0, 20)}`;
  const stream = `${tenant}-purse-p`;
  const froms: unknown[] = [];
  const { store } = servers;
  const eventStore: EventStore = {
    ...store,
    readStream(name, options) {
      froms.push(options?.from);
      return store.readStream(name, options);
    },
  };
  for (const round of [1, 2]) {
    const handler = purses(eventStore, { snapshots: purseSnapshots(objects, 20) });
    for (let coin = 0; coin < 20; coin++) await handler.handle(asked("Put", 1, { tenant }));
    await until("its state is kept", async () =>
      Buffer.from((await objects.get(stream)) ?? []).includes(`"revision":"${round * 20 - 1}"`),
    );
  }
  const again = purses(eventStore, { snapshots: purseSnapshots(objects, 20) });
  const { revision } = await again.handle(asked("Take", 40, { tenant }));
  assert.equal(revision, "79");
  assert.deepEqual(froms, ["start", 19n, 39n]);
});

test("a large object is whole, and the one before it is gone", async () => {
  const objects = await servers.bus.objects(buckets.snapshots);
  const name = `large/${randomUUID()}`;
  async function* chunks(fill: number) {
    for (let chunk = 0; chunk < 50; chunk++) yield Buffer.alloc(64 * 1024, fill);
  }
  assert.equal(await objects.get(name), undefined);
  await objects.put(name, chunks(1));
  await objects.put(name, chunks(2));
  const bytes = Buffer.from((await objects.get(name)) ?? []);
  assert.deepEqual([bytes.length, bytes[0], bytes.at(-1)], [50 * 64 * 1024, 2, 2]);
});

test("an object that is replaced while it is read is read as one or the other", async () => {
  const objects = await servers.bus.objects(buckets.snapshots);
  const name = `replaced/${randomUUID()}`;
  async function* chunk(fill: number) {
    yield Buffer.alloc(1024, fill);
  }
  await objects.put(name, chunk(0));
  let isReplaced = false;
  const readers = Array.from({ length: 4 }, async () => {
    while (!isReplaced) {
      const bytes = await objects.get(name);
      assert.equal(bytes?.length, 1024);
      assert.equal(new Set(bytes).size, 1);
    }
  });
  for (let round = 1; round <= 100; round++) await objects.put(name, chunk(round % 256));
  isReplaced = true;
  await Promise.all(readers);
});
