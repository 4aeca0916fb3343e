import { expect, test } from "vitest";
import { inBatches } from "./batches.ts";

async function* items(count: number, asked: number[] = []) {
  for (let i = 1; i <= count; i++) {
    asked.push(i);
    yield i;
  }
}

async function* thenNothing(count: number) {
  yield* items(count);
  await new Promise(() => undefined);
}

async function collect<Item>(source: AsyncIterable<Item>) {
  const all: Item[] = [];
  for await (const item of source) all.push(item);
  return all;
}

const unbounded = { maxItems: 1000, maxBytes: 1000, maxWaitMs: 10_000 };
const sizeOne = () => 1;

test("a batch ends with its last item that is allowed", async () => {
  const batches = await collect(inBatches(items(5), { ...unbounded, maxItems: 2 }, sizeOne));
  expect(batches).toEqual([[1, 2], [3, 4], [5]]);
});

test("a batch ends with the item that reaches its size", async () => {
  const batches = await collect(inBatches(items(4), { ...unbounded, maxBytes: 3 }, (item) => item));
  expect(batches).toEqual([[1, 2], [3], [4]]);
});

test("a batch does not wait for more than its time", async () => {
  const batches = inBatches(thenNothing(3), { ...unbounded, maxWaitMs: 5 }, sizeOne);
  expect(await batches.next()).toEqual({ done: false, value: [1, 2, 3] });
});

test("a batch that has enough takes what is there and waits for nothing", async () => {
  const batches = inBatches(thenNothing(3), { ...unbounded, enoughBytes: 2 }, sizeOne);
  expect(await batches.next()).toEqual({ done: false, value: [1, 2, 3] });
});

test("of what is not read yet, one item at most is asked for", async () => {
  const asked: number[] = [];
  const batches = inBatches(items(10, asked), { ...unbounded, maxItems: 2 }, sizeOne);
  await batches.next();
  expect(asked).toEqual([1, 2, 3]);
});

test("a source that fails between two batches fails the reader and nobody else", async () => {
  async function* failing() {
    yield 1;
    throw new Error("gone");
  }
  const batches = inBatches(failing(), { ...unbounded, maxItems: 1 }, sizeOne);
  expect(await batches.next()).toEqual({ done: false, value: [1] });
  await expect(batches.next()).rejects.toThrow("gone");
});
