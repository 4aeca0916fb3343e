import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createBatches } from "./batches.ts";

/** Work that finishes when it is told to. */
function begin(options: { most: number; waiting: number }) {
  const batches: { key: string; items: readonly number[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const put = createBatches<number, string>({
    ...options,
    work: (key, items) =>
      new Promise((resolve, reject) => {
        batches.push({ key, items, finish: () => resolve(items.map((item) => `${key}${item}`)), fail: reject });
      }),
  });
  return { put, batches };
}
const turn = () => new Promise(setImmediate);

describe("items of one key", () => {
  test("that come while a batch is at work are the next batch", async () => {
    const { put, batches } = begin({ most: 2, waiting: 10 });
    const results = [1, 2, 3, 4].map((item) => put("a", item));
    for (let batch = 0; batch < 3; batch++) {
      batches[batch]?.finish();
      await turn();
    }
    assert.deepEqual(
      batches.map(({ items }) => items),
      [[1], [2, 3], [4]],
    );
    assert.deepEqual(await Promise.all(results), ["a1", "a2", "a3", "a4"]);
  });
  test("do not wait for those of another", () => {
    const { put, batches } = begin({ most: 2, waiting: 10 });
    void put("a", 1);
    void put("b", 1);
    assert.deepEqual(
      batches.map(({ key }) => key),
      ["a", "b"],
    );
  });
  test("fail together, and the next batch is worked on all the same", async () => {
    const { put, batches } = begin({ most: 2, waiting: 10 });
    const [first, second] = [put("a", 1), put("a", 2)];
    batches[0]?.fail(new Error("burnt"));
    await assert.rejects(first, /burnt/);
    await turn();
    batches[1]?.finish();
    assert.equal(await second, "a2");
  });
  test("are refused when too many wait", async () => {
    const { put } = begin({ most: 2, waiting: 2 });
    void put("a", 1);
    void put("a", 2);
    void put("a", 3);
    await assert.rejects(put("a", 4), { code: "RATE_LIMITED" });
  });
});
