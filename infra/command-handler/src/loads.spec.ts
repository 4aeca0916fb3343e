import assert from "node:assert/strict";
import { afterEach, beforeEach, test, vi } from "vitest";
import { createLoads } from "./loads.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function loading(length = 1_000_000n) {
  const begun: string[] = [];
  const kept: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const load = createLoads({
    load(stream, reached) {
      begun.push(stream);
      reached(250n);
      return promise;
    },
    lengthOf: async () => length,
    loaded: (_, state) => kept.push(state),
  });
  return { load, begun, kept, resolve, reject };
}

test("what is loaded is loaded once for all who wait for it, and kept", async () => {
  const { load, begun, kept, resolve } = loading();
  const answers = Promise.all([load("a"), load("a")]);
  resolve("state");
  assert.deepEqual(await answers, ["state", "state"]);
  assert.deepEqual([begun, kept], [["a"], ["state"]]);
});

test("who waits for a long one is told how far it is, and it goes on for the next who asks", async () => {
  const { load, begun, kept, resolve } = loading();
  const refused = assert.rejects(load("a"), {
    code: "STATE_BEING_REBUILT",
    values: { reached: "250", events: "1000000" },
  });
  await vi.advanceTimersByTimeAsync(2500);
  await refused;
  const next = load("a");
  resolve("state");
  assert.equal(await next, "state");
  assert.deepEqual([begun, kept], [["a"], ["state"]]);
});

test("a short one is waited for, however slow the machine is", async () => {
  const { load, resolve } = loading(1000n);
  const answer = load("a");
  await vi.advanceTimersByTimeAsync(4000);
  resolve("state");
  assert.equal(await answer, "state");
});

test("one that fails is begun anew", async () => {
  const { load, begun, reject } = loading();
  const failed = assert.rejects(load("a"), /away/);
  reject(new Error("away"));
  await failed;
  await assert.rejects(load("a"), /away/);
  assert.equal(begun.length, 2);
});
