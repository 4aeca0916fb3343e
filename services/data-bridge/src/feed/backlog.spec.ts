import { decodeTickBatch, encodeTickBatch, readTicks, type TickBatch } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { createBacklog } from "./backlog.ts";

interface Came extends Partial<TickBatch> {
  readonly size?: number;
  readonly kept?: number;
}

/** A backlog into which batches of these sequences came. */
function backlogOf(...batches: (readonly [sequence: number, came?: Came])[]) {
  const backlog = createBacklog(9n);
  for (const [sequence, { size = 2, kept = size, ...rest } = {}] of batches) {
    const ticks = Array.from({ length: size }, (_, ordinal) => ({
      ...{ timeMsc: sequence, ordinal, bid: 1, ask: 2, last: 0, volume: 0, flags: 6, quality: 0 },
    }));
    const bytes = encodeTickBatch({
      ...{ kind: "live", symbolIndex: 3, epoch: 1n, sequence: BigInt(sequence), lost: 0, utcOffsetSeconds: 0, ticks },
      ...rest,
    });
    backlog.add(readTicks(bytes), kept);
    // The bytes of a frame are void once it is taken.
    bytes.fill(0xff);
  }
  return backlog;
}

const stored = (...batches: Parameters<typeof backlogOf>) => {
  const content = backlogOf(...batches).take()?.content;
  return content && decodeTickBatch(content.payload);
};
/** The last sequence of each message that the batches become. */
function cuts(...batches: Parameters<typeof backlogOf>): bigint[] {
  const backlog = backlogOf(...batches);
  const sequences: bigint[] = [];
  for (let group = backlog.take(); group; group = backlog.take()) sequences.push(group.sequence);
  return sequences;
}

test("nothing waits: nothing is stored", () => expect(backlogOf().take()).toBeUndefined());

test("one batch goes on the bus as it is, but for whose it is", () => {
  expect(stored([4, { lost: 5 }])).toMatchObject({ symbolIndex: 0xffff, epoch: 9n, sequence: 4n, lost: 5 });
});

test("batches that wait go together, in order, under the last one's sequence", () => {
  expect(stored([1], [2], [3])).toMatchObject({
    sequence: 3n,
    ticks: [1, 1, 2, 2, 3, 3].map((timeMsc) => ({ timeMsc })),
  });
});

test("what comes while a message is on its way goes with the next one", () => {
  const backlog = backlogOf([1]);
  const first = backlog.take();
  backlog.add(readTicks(encodeTickBatch({ ...decodeTickBatch(first?.content?.payload as Uint8Array) })), 2);
  expect(first).toMatchObject({ received: 2, content: { ticks: 2 } });
  expect(backlog.take()).toMatchObject({ received: 2, content: { ticks: 2 } });
  expect(backlog.take()).toBeUndefined();
});

test("never more than twenty thousand ticks go together", () => {
  expect(cuts([1, { size: 19_600 }], [2, { size: 401 }])).toEqual([1n, 2n]);
  expect(cuts([1, { size: 19_600 }], [2, { size: 400 }])).toEqual([2n]);
});

test.each([
  ["of another kind", { kind: "backfill" }],
  ["of another clock", { utcOffsetSeconds: 3600 }],
  ["behind a loss", { lost: 1 }],
] as const)("a batch %s begins anew", (_, change) => {
  expect(cuts([1], [2, change])).toEqual([1n, 2n]);
});

test("batches of which nothing remained are done with those beside them", () => {
  expect(backlogOf([1, { kept: 0 }], [2, { kept: 1 }], [3, { kept: 0 }]).take()).toMatchObject({
    ...{ received: 6, sequence: 3n },
    content: { ticks: 1, cursor: { timeMsc: 2, ordinal: 0 } },
  });
});

test("where no tick remained there is nothing to store", () => {
  expect(backlogOf([1, { kept: 0 }]).take()).toEqual({ received: 2, sequence: 1n });
});
