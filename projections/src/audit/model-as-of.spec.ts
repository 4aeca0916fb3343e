import { AuditedModel } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orders } from "../orders/projection.ts";
import { positions } from "../positions/projection.ts";
import { projectionsOf } from "../projections.ts";
import { changesOf } from "../runner/fold.ts";
import { type ModelQuestion, modelAsOf } from "./model-as-of.ts";

type Data = Record<string, unknown>;

const start = Date.UTC(2026, 0, 15);
const recorded = (accountId: string, type: string, data: Data, index: number): RecordedEvent => ({
  id: String(index),
  type,
  stream: `acme-account-${accountId}`,
  revision: BigInt(index),
  position: BigInt((index + 1) * 10),
  at: new Date(start + index * 1000),
  data: { accountId, ...data },
  metadata: {
    ...{ tenant: "acme", actor: "a", command: "c", digest: "", correlation: "c" },
    ...{ at: "2026-01-15T10:00:00Z", schema: 1 },
  },
});

const order = (orderId: string) => ({ orderId, symbol: "EURUSD", side: "buy", volume: "0.30" });
const placed = (id: string): [string, Data] => ["OrderPlaced", { ...order(id), kind: "market", margin: "1.00" }];
const cancelled = (id: string): [string, Data] => [
  "OrderCancelled",
  { orderId: id, remaining: "0.30", reason: "requested" },
];
const position = { symbol: "EURUSD", side: "buy", executionId: "e1", price: "1.10" };
const opened: [string, Data] = ["PositionOpened", { ...position, volume: "0.30", margin: "1.00" }];
const closed: [string, Data] = ["PositionClosed", { ...position, volume: "0.30", profit: "2.00" }];

const history = [placed("o1"), opened, placed("o2"), cancelled("o1"), closed, opened, cancelled("o2"), closed].flatMap(
  ([type, data], index) => [recorded("main", type, data, index * 2), recorded("main-2", type, data, index * 2 + 1)],
);
const store = {
  async *readAll() {
    yield* history;
  },
};
const ask = (question: Partial<ModelQuestion>) =>
  modelAsOf(store, "acme", { model: "orders", limit: 1000, ...question }, 10_000);

test("every read model can be asked for", () => {
  const tables = [...projectionsOf("platform"), ...projectionsOf("acme")].map(({ table }) => table);
  expect([...AuditedModel.options].sort()).toEqual(tables.sort());
});

describe("a read model as of a moment", () => {
  test("has the rows that were there then, and tells the last event that is in them", async () => {
    const { items, last } = await ask({ at: "70", accountId: "main" });
    expect(last).toEqual({ position: "70", recordedAt: "2026-01-15T00:00:06.000Z" });
    expect(items.map(({ key, row }) => [key, row?.["status"]])).toEqual([
      ["main/o1", "cancelled"],
      ["main/o2", "open"],
    ]);
    expect(items[0]?.row).toMatchObject({ accountId: "main", placedPosition: "10", position: "70" });
    expect(await ask({ at: "2026-01-15T00:00:06Z", accountId: "main" })).toEqual({ items, last });
    expect(await ask({ at: "9" })).toEqual({ items: [] });
  });

  test("is, between two moments, the rows that changed, as they were and as they became", async () => {
    const { items } = await ask({ since: "50", at: "70", accountId: "main" });
    expect(items).toMatchObject([{ key: "main/o1", before: { status: "open" }, row: { status: "cancelled" } }]);
    const { items: added } = await ask({ since: "0", at: "10" });
    expect(added).toMatchObject([{ key: "main/o1", row: { status: "open" } }]);
    expect(added[0]).not.toHaveProperty("before");
    const gone = await ask({ model: "positions", since: "30", at: "90", accountId: "main" });
    expect(gone.items).toMatchObject([{ key: "main/EURUSD", before: { volume: "0.30" } }]);
    expect(gone.items[0]).not.toHaveProperty("row");
    expect((await ask({ model: "positions", since: "90", at: "150", accountId: "main" })).items).toEqual([]);
  });

  test("comes in pages by key, each row once", async () => {
    const keys: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const { items, next } = await ask({ limit: 1, ...(cursor !== undefined && { cursor }) });
      keys.push(...items.map(({ key }) => key));
      cursor = next;
    }
    expect(keys).toEqual(["main-2/o1", "main-2/o2", "main/o1", "main/o2"]);
  });

  test("is what the live model was, at every position", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(history.length), fc.nat(history.length), async (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        for (const model of [orders, positions]) {
          const rowsAt = (count: number) =>
            new Map(
              changesOf(model, history.slice(0, count))
                .apply([])
                .put.map((row) => [row["position"], row]),
            );
          const question = { model: model.table, since: String(from * 10), at: String(to * 10) };
          const { items } = await ask(question);
          const was = [...rowsAt(from).keys()];
          const is = [...rowsAt(to).keys()];
          // A row is known by the event that made it what it is.
          expect(items.flatMap(({ before }) => before?.["position"] ?? []).sort()).toEqual(
            was.filter((it) => !is.includes(it)).sort(),
          );
          expect(items.flatMap(({ row }) => row?.["position"] ?? []).sort()).toEqual(
            is.filter((it) => !was.includes(it)).sort(),
          );
        }
      }),
    );
  });

  test("is refused where its history takes too long", async () => {
    const hurried = modelAsOf(store, "acme", { model: "orders", limit: 1 }, -1);
    await expect(hurried).rejects.toMatchObject({ code: "HISTORY_TOO_LONG", values: { reached: "160" } });
  });
});
