import assert from "node:assert/strict";
import { type Booking, entriesOf } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import fc from "fast-check";
import { describe, test } from "vitest";
import { accounts } from "../accounts/projection.ts";
import { plus } from "../decimals.ts";
import { ledger } from "../ledger/projection.ts";
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
  test("a broker's balance and credit are the sums of what the ledger has of both, and every transaction sums to zero", () => {
    const nothing = { order: "0", position: "0", magic: "0", name: "", entry: 0, volume: "0", price: "0" };
    const money = { profit: "0", commission: "0", fee: "0", swap: "0", timeMsc: 1 };
    const deal = { ...nothing, ...money, ticket: "9", type: 3 };
    const account = { name: "main", currency: "USD", leverage: 100, mode: "netting", venue: "mt5" };
    const told = history(
      ["AccountOpened", { ...account, terminal: { server: "Broker-Demo", login: 1 } }],
      ["BalanceReconciled", { balance: "1000.00", difference: "1000.00", reason: "opening" }],
      ["DealRecorded", { deal, amount: "0.00", credit: "500.00" }],
      ["DealCorrected", { deal, amount: "0.00", credit: "-300.00" }],
      ["DealRecorded", { deal: { ...deal, ticket: "10", type: 2 }, amount: "-40.00" }],
      ["CreditReconciled", { credit: "170.00", difference: "-30.00" }],
      ["BalanceReconciled", { balance: "955.00", difference: "-5.00", reason: "unseen" }],
      ["DealRevoked", { ticket: "9", amount: "0.00", credit: "-100.00", type: 3 }],
    );
    const [row] = written(accounts, [told]);
    assert.deepEqual([row?.["balance"], row?.["credit"]], ["955.00", "70.00"]);
    const entries = written(ledger, [told]).map((booking) => entriesOf(booking as unknown as Booking));
    assert.deepEqual(
      entries.map((both) => Number(plus(...(both.map(({ amount }) => amount) as [string, string])))),
      entries.map(() => 0),
    );
    const sumOf = (name: string) =>
      entries.flat().reduce((sum, { account: of, amount }) => (of === name ? plus(sum, amount) : sum), "0.00");
    assert.deepEqual([sumOf("cash"), sumOf("credit")], ["955.00", "70.00"]);
  });

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
