import assert from "node:assert/strict";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, test, vi } from "vitest";
import { asked, memoryBucket, memorySnapshots, purseSnapshots, purses } from "../purse.fixture.ts";
import { startStore } from "../store.fixture.ts";

let store: EventStore;
let tenant: string;
let tests = 0;

beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.close());
beforeEach(() => {
  tenant = `tenant_${++tests}`;
});

const put = (coins: number, key?: string) => asked("Put", coins, { tenant, ...(key !== undefined && { key }) });
const take = (coins: number) => asked("Take", coins, { tenant });
const stream = () => `${tenant}-purse-p`;

/** The store, counting the events that are read from it. */
function counting(): { eventStore: EventStore; reads: () => number } {
  let reads = 0;
  async function* readStream(...args: Parameters<EventStore["readStream"]>): AsyncGenerator<RecordedEvent> {
    for await (const event of store.readStream(...args)) {
      reads++;
      yield event;
    }
  }
  return { eventStore: { ...store, readStream }, reads: () => reads };
}

/** Ten coins, a coin a command, with a snapshot of it. */
async function tenCoins() {
  const snapshots = memorySnapshots();
  const handler = purses(store, { snapshots: purseSnapshots(snapshots, 10) });
  for (let coin = 0; coin < 10; coin++) await handler.handle(put(1, `coin-${coin}`));
  await vi.waitUntil(() => snapshots.kept.has(stream()));
  return snapshots;
}

/** How many events a new process reads, with such snapshots, for a command that shows that it knows of all ten coins. */
async function readFor(snapshots: ReturnType<typeof memorySnapshots>, version?: string): Promise<number> {
  const { eventStore, reads } = counting();
  const handler = purses(eventStore, { snapshots: purseSnapshots(snapshots, 1000, version) });
  const { revision } = await handler.handle(take(10));
  assert.equal(revision, "19");
  return reads();
}

test("an aggregate is loaded from its snapshot and what came since", async () => {
  assert.equal(await readFor(await tenCoins()), 1);
});

test("a repeat is known by a process that has only the snapshot", async () => {
  const snapshots = await tenCoins();
  const handler = purses(store, { snapshots: purseSnapshots(snapshots, 1000) });
  const repeated = await handler.handle(put(1, "coin-3"));
  assert.equal(repeated.revision, "3");
  await assert.rejects(handler.handle(put(2, "coin-4")), { code: "IDEMPOTENCY_KEY_REUSED" });
});

test("a snapshot that was taken by other code is left aside, and replaced", async () => {
  const snapshots = await tenCoins();
  assert.equal(await readFor(snapshots, "2"), 10);
  const handler = purses(store, { snapshots: purseSnapshots(snapshots, 20, "2") });
  await assert.rejects(handler.handle(take(1)), { code: "INSUFFICIENT_MARGIN" });
  await vi.waitUntil(() => Buffer.from(snapshots.kept.get(stream()) ?? []).includes('"2 '));
});

test.each<readonly [string, (bytes: string) => string]>([
  ["cut off in its state", (bytes) => bytes.slice(0, bytes.lastIndexOf("\n", bytes.length - 2) + 1)],
  ["cut off in its answers", (bytes) => bytes.slice(0, bytes.length / 2)],
  ["no JSON", () => "\0\0\0"],
  ["empty", () => ""],
  ["of another stream", (bytes) => bytes.replace("-purse-p", "-purse-q")],
  ["ahead of the stream", (bytes) => bytes.replace('"revision":"9"', '"revision":"99"')],
  ["of another history", (bytes) => bytes.replace(/"event":"........-/, '"event":"00000000-')],
])("a snapshot that is %s is left aside: the history is the truth", async (_, broken) => {
  const snapshots = await tenCoins();
  const bytes = Buffer.from(snapshots.kept.get(stream()) ?? []).toString();
  assert.notEqual(broken(bytes), bytes);
  snapshots.kept.set(stream(), Buffer.from(broken(bytes)));
  assert.ok((await readFor(snapshots)) >= 10);
});

test("commands do not wait for a snapshot, nor for a store that takes or gives none", async () => {
  const never = new Promise<void>(() => {});
  const hanging = { get: async () => undefined, put: () => never };
  const handler = purses(store, { snapshots: purseSnapshots(hanging, 1) });
  for (let coin = 0; coin < 3; coin++) await handler.handle(put(1));
  const away = { get: () => Promise.reject(new Error("away")), put: () => Promise.reject(new Error("away")) };
  assert.equal((await purses(store, { snapshots: purseSnapshots(away, 1) }).handle(put(1))).revision, "3");
});

test("whatever happened, snapshot and tail give what the whole history gives", async () => {
  const step = fc.record({
    command: fc.oneof(
      fc.record({ name: fc.constant("Put" as const), coins: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ name: fc.constant("Take" as const), coins: fc.integer({ min: 1, max: 5 }) }),
    ),
    /** Keys come twice now and then, and processes end. */
    key: fc.integer({ min: 1, max: 30 }),
    restart: fc.boolean(),
  });
  let runs = 0;
  const property = fc.asyncProperty(
    fc.array(step, { maxLength: 30 }),
    fc.integer({ min: 1, max: 7 }),
    async (steps, every) => {
      const run = ++runs;
      const snapshots = memorySnapshots();
      const [with_, without] = [`with-${run}`, `without-${run}`];
      const refusals = memoryBucket();
      const start = () => purses(store, { refusals, snapshots: purseSnapshots(snapshots, every) });
      let handler = start();
      for (const { command, key, restart } of steps) {
        if (restart) handler = start();
        const told = (purse: string, by: ReturnType<typeof start>) =>
          by.handle(asked(command.name, command.coins, { tenant, purse, key: `key-${key}` })).then(
            ({ revision, events }) => ({ revision, types: events.map(({ type }) => type) }),
            ({ code, values }: { code: string; values: object }) => ({ code, values }),
          );
        assert.deepEqual(await told(with_, handler), await told(without, purses(store, { refusals })));
      }
    },
  );
  await fc.assert(property, { numRuns: 25 });
});
