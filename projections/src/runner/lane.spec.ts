import assert from "node:assert/strict";
import type { RecordedEvent } from "@tradesage/event-store";
import { PostgresUnavailable, TenantNotProvisioned } from "@tradesage/postgres";
import fc from "fast-check";
import { describe, onTestFinished, test, vi } from "vitest";
import { createLane } from "./lane.ts";
import { ModelBehind } from "./model-behind.ts";

const at = (position: number) => ({ position: BigInt(position), at: new Date(0), type: "E" }) as RecordedEvent;

/** A lane over a store and a table in memory; `fail` is asked before each write. */
function laneOver(store: RecordedEvent[], fail: (batch: readonly RecordedEvent[]) => Error | undefined) {
  const table: number[] = [];
  const stopping = new AbortController();
  const lane = createLane({
    async write(batch) {
      await Promise.resolve();
      const error = fail(batch);
      if (error) throw error;
      table.push(...batch.map(({ position }) => Number(position)));
    },
    async *readAfter(position) {
      for (const event of [...store]) if (event.position > position) yield event;
    },
    signal: stopping.signal,
    isAwaited: () => false,
    changed: () => undefined,
    failed: () => undefined,
  });
  return { lane, table, stop: () => stopping.abort() };
}

async function offerAll(store: RecordedEvent[], lane: ReturnType<typeof laneOver>["lane"], count: number) {
  for (let position = 1; position <= count; position++) {
    store.push(at(position));
    await lane.offer(at(position), BigInt(position - 1));
  }
}
const settled = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 15_000, interval: 1 });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("a lane", () => {
  test("writes every event once and in order, whatever fails on the way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }), async (failures) => {
        const store: RecordedEvent[] = [];
        const kinds = [undefined, new PostgresUnavailable(), new TenantNotProvisioned("acme"), undefined];
        const { lane, table } = laneOver(store, () => kinds[failures.shift() ?? 0]);
        await offerAll(store, lane, 30);
        await settled(() => lane.state === "idle");
        assert.deepEqual(table, upTo(30));
        assert.equal(lane.position, 30n);
        assert.equal(lane.floor, undefined);
      }),
      { numRuns: 20 },
    );
  });

  test("stops at an event that cannot be written, behind all that come before it, and keeps nobody waiting", async () => {
    const store: RecordedEvent[] = [];
    const { lane, table, stop } = laneOver(store, (batch) =>
      batch.some(({ position }) => position === 18n) ? new Error("poison") : undefined,
    );
    await offerAll(store, lane, 5000);
    await settled(() => table.length === 17 && lane.state === "stopped");
    assert.deepEqual(table, upTo(17));
    assert.equal(lane.floor, 17n);
    stop();
    await lane.ended();
  });

  test("reads again from where its newest read model stands, busy or not", async () => {
    const store: RecordedEvent[] = [];
    let behind = true;
    const { lane, table } = laneOver(store, (batch) => {
      const found = behind && batch.some(({ position }) => position === 5n);
      if (found) behind = false;
      return found ? new ModelBehind(1n) : undefined;
    });
    await offerAll(store, lane, 8);
    await settled(() => lane.state === "idle");
    assert.deepEqual([...new Set(table)].sort(), upTo(8));
    const written = table.length;
    lane.fallBehind(6n);
    await settled(() => lane.state === "idle");
    assert.deepEqual(table.slice(written), [7, 8]);
  });

  test("writes what comes while it writes as one batch", async () => {
    const store: RecordedEvent[] = [];
    const batches: number[] = [];
    const { lane } = laneOver(store, (batch) => {
      batches.push(batch.length);
      return undefined;
    });
    for (const position of upTo(200)) void lane.offer(at(position), BigInt(position - 1));
    await settled(() => lane.state === "idle");
    assert.deepEqual(batches, [1, 199]);
  });

  test("that has written waits for more, but not while somebody waits for it", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const batches: number[] = [];
    const { lane } = laneOver([], (batch) => {
      batches.push(batch.length);
      return undefined;
    });
    const offer = (position: number) => lane.offer(at(position), BigInt(position - 1));
    void offer(1);
    await vi.advanceTimersByTimeAsync(0);
    for (const position of [2, 3, 4]) void offer(position);
    await vi.advanceTimersByTimeAsync(0);
    assert.deepEqual(batches, [1]);
    lane.hurry();
    await vi.advanceTimersByTimeAsync(0);
    assert.deepEqual(batches, [1, 3]);
    void offer(5);
    await vi.advanceTimersByTimeAsync(1000);
    assert.deepEqual(batches, [1, 3, 1]);
    assert.equal(lane.state, "idle");
  });
});
