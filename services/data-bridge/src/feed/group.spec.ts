import { decodeTickBatch, encodeTickBatch, readTicks, type TickBatch } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { firstGroup, type Waiting } from "./group.ts";

function waiting(sequence: number, change: Partial<TickBatch> & { size?: number } = {}, kept?: number): Waiting {
  const { size = 2, ...rest } = change;
  const ticks = Array.from({ length: size }, (_, ordinal) => ({
    ...{ timeMsc: sequence, ordinal, bid: 1, ask: 2, last: 0, volume: 0, flags: 6, quality: 0 },
  }));
  const bytes = encodeTickBatch({
    ...{ kind: "live", symbolIndex: 3, epoch: 1n, sequence: BigInt(sequence), lost: 0, utcOffsetSeconds: 0, ticks },
    ...rest,
  });
  return { batch: readTicks(bytes), count: kept ?? size };
}

const joined = (...queue: Waiting[]) => {
  const group = firstGroup(queue, 9n);
  return group?.content && decodeTickBatch(group.content.payload);
};

test("nothing waits: nothing is stored", () => expect(firstGroup([], 9n)).toBeUndefined());

test("one batch goes on the bus as it is, but for whose it is", () => {
  expect(joined(waiting(4, { lost: 5 }))).toMatchObject({ symbolIndex: 0xffff, epoch: 9n, sequence: 4n, lost: 5 });
});

test("batches that wait go together, in order, under the last one's sequence", () => {
  const batch = joined(waiting(1), waiting(2), waiting(3));
  expect(batch).toMatchObject({ sequence: 3n, ticks: [1, 1, 2, 2, 3, 3].map((timeMsc) => ({ timeMsc })) });
});

test("never more than a thousand ticks go together", () => {
  expect(firstGroup([waiting(1, { size: 600 }), waiting(2, { size: 401 })], 9n)?.batches).toBe(1);
  expect(firstGroup([waiting(1, { size: 600 }), waiting(2, { size: 400 })], 9n)?.batches).toBe(2);
});

test.each([
  ["of another kind", { kind: "backfill" }],
  ["of another clock", { utcOffsetSeconds: 3600 }],
  ["behind a loss", { lost: 1 }],
] as const)("a batch %s begins anew", (_, change) => {
  expect(firstGroup([waiting(1), waiting(2, change)], 9n)?.batches).toBe(1);
});

test("batches of which nothing remained are done with the next one", () => {
  const group = firstGroup([waiting(1, {}, 0), waiting(2, {}, 1), waiting(3, {}, 0)], 9n);
  expect(group).toMatchObject({ batches: 3, sequence: 3n, content: { ticks: 1, cursor: { timeMsc: 2, ordinal: 0 } } });
});

test("where no tick remained there is nothing to store", () => {
  expect(firstGroup([waiting(1, {}, 0)], 9n)).toEqual({ batches: 1, sequence: 1n });
});
