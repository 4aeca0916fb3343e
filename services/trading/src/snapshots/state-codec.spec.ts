import assert from "node:assert/strict";
import type { JsonValue } from "@tradesage/contracts";
import { Map as PersistentMap, Set as PersistentSet } from "immutable";
import { expect, test } from "vitest";
import { decimal, isDecimal } from "../calculation/decimal.ts";
import { stateCodec } from "./state-codec.ts";

const codec = stateCodec<unknown>();
const written = (state: unknown) => JSON.parse(JSON.stringify([...codec.encode(state)])) as JsonValue[];
const read = (pieces: readonly JsonValue[]) =>
  codec.decode(
    (async function* () {
      yield* pieces;
    })(),
  );

test("a state comes back as it was", async () => {
  const state = {
    balance: decimal("-0.10"),
    leverage: 100,
    name: "main",
    stop: undefined,
    orders: PersistentMap([
      ["o1", { executions: ["x1"], stops: { stopLoss: decimal("1.39000"), takeProfit: undefined } }],
    ]),
    closed: PersistentSet(["o2", "o3"]),
    before: new Set(["o4"]),
    never: new Set(),
    none: PersistentMap(),
    nobody: PersistentSet(),
    nested: PersistentMap([["a", PersistentSet(["b"])]]),
  };
  const again = (await read(written(state))) as typeof state;
  expect(again).toEqual(state);
  assert.deepEqual(Object.keys(again), Object.keys(state));
  assert.ok(isDecimal(again.balance));
  expect(await read(written(undefined))).toBeUndefined();
});

test("a large collection is written in pieces, and can be changed like any other when it is read", async () => {
  const closed = PersistentSet(Array.from({ length: 10_000 }, (_, number) => `o${number}`));
  const pieces = written({ closed });
  assert.ok(pieces.length > 5);
  const again = (await read(pieces)) as { closed: PersistentSet<string> };
  expect(again.closed).toEqual(closed);
  const more = again.closed.add("one more");
  assert.deepEqual([more.size, again.closed.size], [10_001, 10_000]);
});

test("what it does not know is not written, and a state that is cut off is not read", async () => {
  assert.throws(() => written({ at: new Date(0) }), /does not know/);
  assert.throws(() => written({ margin: Number.NaN }), /does not know/);
  assert.throws(() => written({ $map: 1 }), /takes no field/);
  await assert.rejects(read(written({ closed: PersistentSet(["o1"]) }).slice(0, -1)), /ends before/);
});
