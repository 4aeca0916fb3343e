import assert from "node:assert/strict";
import { test } from "vitest";
import { createLru } from "./lru.ts";

test("what was not used for longest goes first", () => {
  const lru = createLru<number>(2);
  lru.set("a", 1);
  lru.set("b", 2);
  lru.get("a");
  lru.set("c", 3);
  assert.deepEqual([lru.get("a"), lru.get("b"), lru.get("c")], [1, undefined, 3]);
  lru.set("c", 4);
  lru.delete("a");
  assert.deepEqual([lru.get("a"), lru.get("c")], [undefined, 4]);
});
