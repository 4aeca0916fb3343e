import { randomUUID } from "node:crypto";
import type { RecordedEvent } from "@tradesage/event-store";
import { expect, test } from "vitest";
import { stateAsOf } from "./state-as-of.ts";

type Purse = { paid: number; by: ReadonlySet<string> } | undefined;
const decider = {
  initialState: undefined,
  evolve: (state: Purse, { data }: { data: { amount: number; by: string } }) => ({
    paid: (state?.paid ?? 0) + data.amount,
    by: new Set([...(state?.by ?? []), data.by]),
  }),
};
const events = { Paid: { name: "Paid", version: 1, earlier: {}, schema: {} as never } };
const start = Date.UTC(2026, 0, 15);

/** Payments of 1, 2, 3 … at the positions 10, 20, 30 …, a second apart. */
const payments = (...by: readonly string[]) => ({
  async *readStream(): AsyncGenerator<RecordedEvent> {
    for (const [index, name] of by.entries())
      yield {
        ...{ id: randomUUID(), type: "Paid", stream: "acme-purse-main", revision: BigInt(index) },
        ...{ position: BigInt((index + 1) * 10), at: new Date(start + index * 1000) },
        ...{ data: { amount: index + 1, by: name }, metadata: { schema: 1 } },
      };
  },
});
const ask = (question: { at?: string; since?: string; path?: string }, ...by: readonly string[]) =>
  stateAsOf(payments(...by), { decider, events }, "acme-purse-main", { path: "", ...question }, 10_000);

test("a state is that of a position, or of a time, what happened then included", async () => {
  const there = { paid: 3, by: ["ann", "ben"] };
  const last = { position: "20", recordedAt: "2026-01-15T00:00:01.000Z" };
  for (const at of ["20", "29", "2026-01-15T00:00:01Z", "2026-01-15T00:00:01.999Z"])
    expect(await ask({ at }, "ann", "ben", "cid")).toEqual({ last, state: there });
  expect(await ask({}, "ann", "ben", "cid")).toMatchObject({ last: { position: "30" }, state: { paid: 6 } });
});

test("before its first event it is nothing", async () => {
  expect(await ask({ at: "9" }, "ann")).toEqual({ state: null });
  expect(await ask({})).toEqual({ state: null });
});

test("between two moments it is told what has changed", async () => {
  const { changes } = await ask({ since: "10", at: "20" }, "ann", "ben", "cid");
  expect(changes).toEqual([
    { path: "/paid", before: 1, after: 3 },
    { path: "/by", after: "ben" },
  ]);
  expect((await ask({ since: "30" }, "ann", "ben", "cid")).changes).toEqual([]);
  expect((await ask({ since: "0", at: "10" }, "ann")).changes).toEqual([{ path: "", after: { paid: 1, by: ["ann"] } }]);
});

test("a part of it may be asked for", async () => {
  expect(await ask({ path: "/paid", since: "10" }, "ann", "ben")).toMatchObject({
    state: 3,
    changes: [{ path: "/paid", before: 1, after: 3 }],
  });
  expect(await ask({ path: "/none" }, "ann")).toMatchObject({ state: null });
});

test("what does not fit into an answer, or takes too long, is refused", async () => {
  await expect(ask({}, "x".repeat(800_000))).rejects.toMatchObject({ code: "ANSWER_TOO_LARGE" });
  const hurried = stateAsOf(payments("ann"), { decider, events }, "acme-purse-main", { path: "" }, -1);
  await expect(hurried).rejects.toMatchObject({ code: "HISTORY_TOO_LONG", values: { reached: "0" } });
});
