import assert from "node:assert/strict";
import type { RecordedEvent } from "@tradesage/event-store";
import fc from "fast-check";
import { describe, test } from "vitest";
import { orders } from "../orders/projection.ts";
import { positions } from "../positions/projection.ts";
import type { Projection } from "../projection.ts";
import { changesOf } from "./fold.ts";

type Row = Record<string, unknown>;

const tenant = "acme";
const recorded = (type: string, data: Row, index: number): RecordedEvent => ({
  id: String(index),
  type,
  stream: `${tenant}-account-main`,
  revision: BigInt(index),
  position: BigInt(index + 1),
  at: new Date(index),
  data: { accountId: "main", ...data },
  metadata: { tenant, actor: "a", command: "c", digest: "", correlation: "c", at: "2026-01-15T10:00:00Z", schema: 1 },
});
const history = (...facts: readonly [type: string, data: Row][]) =>
  facts.map(([type, data], index) => recorded(type, data, index));

/** A table of one model, written in batches as the runner writes it. */
function written(projection: Projection, batches: readonly (readonly RecordedEvent[])[]): readonly Row[] {
  const table = new Map<string, Row>();
  const keyOf = (row: Row) => JSON.stringify(Object.keys(projection.key).map((column) => row[column]));
  for (const batch of batches) {
    const changes = changesOf(projection, batch);
    const { put, removed } = changes.apply(
      changes.toRead.flatMap((key): readonly Row[] => [table.get(keyOf(key)) ?? []].flat()),
    );
    for (const row of put) table.set(keyOf(row), row);
    for (const key of removed) table.delete(keyOf(key));
  }
  return [...table.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const symbol = "EURUSD";
const quote = { bid: "1.1", ask: "1.2", timeMsc: 1 };
const order = { orderId: "o1", symbol, side: "buy", volume: "0.30" };
const placed: [string, Row] = ["OrderPlaced", { ...order, kind: "market", margin: "1.00" }];
const filled = (executionId: string, volume: string, price: string, remaining: string): [string, Row] => [
  "OrderFilled",
  { ...order, executionId, volume, price, remaining, quote },
];
const position = { symbol, side: "buy", executionId: "e1", price: "1.10" };
const opened: [string, Row] = ["PositionOpened", { ...position, volume: "0.30", margin: "1.00" }];
const reduced: [string, Row] = [
  "PositionReduced",
  { ...position, volume: "0.10", total: "0.20", profit: "1.50", margin: "1.00" },
];
const closed: [string, Row] = ["PositionClosed", { ...position, volume: "0.20", profit: "2.00" }];

describe("what events do to a read model", () => {
  test("an order that is filled in parts adds up what was paid, exactly", () => {
    const [row] = written(orders, [
      history(placed, filled("e1", "0.10", "1.10001", "0.20"), filled("e2", "0.20", "1.10003", "0.00")),
    ]);
    assert.equal(row?.["status"], "filled");
    assert.equal(row?.["filled"], "0.30");
    assert.equal(row?.["notional"], "0.330007");
    assert.equal(row?.["position"], "3");
    assert.equal(row?.["placed_position"], "1");
  });

  test("a position that is closed is no row, and one that is opened again begins anew", () => {
    assert.deepEqual(written(positions, [history(opened, reduced, closed)]), []);
    const [again] = written(positions, [history(opened, reduced, closed, opened)]);
    assert.equal(again?.["realised"], "0.00");
    assert.equal(again?.["volume"], "0.30");
  });

  test("however a history is cut into batches, the rows are the same", () => {
    const events = history(
      placed,
      opened,
      reduced,
      filled("e1", "0.10", "1.2", "0.20"),
      closed,
      opened,
      closed,
      opened,
    );
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: events.length - 1 })), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), events.length];
        const batches = edges.slice(1).map((end, index) => events.slice(edges[index], end));
        for (const model of [orders, positions]) {
          assert.deepEqual(written(model, batches), written(model, [events]));
        }
      }),
    );
  });

  test.each([
    ["is of no known type", recorded("OrderVanished", {}, 0), /no event OrderVanished/],
    ["is not what its type says", recorded("OrderCancelled", { orderId: 7 }, 0), /orderId/],
    ["changes a row that is not there", history(filled("e1", "0.10", "1.2", "0.20"))[0], /not there/],
    ["is another tenant's", { ...recorded(...placed, 0), stream: "globex-account-main" }, /lies in a stream of globex/],
  ])("an event that %s is not skipped", (_, event, complaint) => {
    assert.throws(() => changesOf(orders, [event as RecordedEvent]).apply([]), complaint);
  });
});
