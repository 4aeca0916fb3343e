import { decodeTickBatch, type Tick } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { createOutbox } from "./outbox.ts";

const tick = (timeMsc: number): Tick => ({
  ...{ timeMsc, ordinal: 0, bid: 1, ask: 1, last: 0, volume: 0, flags: 6, quality: 0 },
});

const of = { utcOffsetSeconds: 0, lost: 0 };

function filled() {
  let acknowledged = 0;
  const outbox = createOutbox({
    ...{ epoch: 5n, kind: "live" },
    onAcknowledged: (ticks) => {
      acknowledged += ticks;
    },
  });
  for (const time of [1, 2, 3]) outbox.add(0, [tick(time), tick(time)], of);
  outbox.add(1, [tick(4)], of);
  const sent = (window = 7) => {
    const all: string[] = [];
    for (let bytes = outbox.next(window); bytes; bytes = outbox.next(window)) {
      const { symbolIndex, sequence } = decodeTickBatch(bytes);
      all.push(`${symbolIndex}:${sequence}`);
    }
    return all;
  };
  return { outbox, sent, acknowledged: () => acknowledged };
}

test("batches are numbered by symbol and sent once, in order", () => {
  const { outbox, sent } = filled();
  expect(sent()).toEqual(["0:1", "0:2", "0:3", "1:1"]);
  expect(sent()).toEqual([]);
  expect(outbox.inFlight()).toBe(7);
});

test("no more ticks are on their way than the window holds", () => {
  const { outbox, sent } = filled();
  expect(sent(5)).toEqual(["0:1", "0:2"]);
  outbox.acknowledge(0, 1n);
  expect(sent(5)).toEqual(["0:3", "1:1"]);
});

test("an acknowledgement covers everything of its symbol before it", () => {
  const { outbox, sent, acknowledged } = filled();
  sent();
  outbox.acknowledge(0, 2n);
  expect([outbox.inFlight(), acknowledged()]).toEqual([3, 4]);
});

test("after a welcome all is sent again but what the bridge has stored", () => {
  const { outbox, sent, acknowledged } = filled();
  sent();
  outbox.resume([{ timeMsc: 1, ordinal: 0, sequence: "1" }, null]);
  expect(sent()).toEqual(["0:2", "0:3", "1:1"]);
  expect(acknowledged()).toBe(2);
});

test("a feed that stands in another numbering forgets nothing", () => {
  const { outbox, sent } = filled();
  sent();
  outbox.resume([{ timeMsc: 1, ordinal: 0 }, null]);
  expect(sent().length).toBe(4);
});

test("who waits for room goes on when there is some, and not when it is over", async () => {
  const { outbox } = filled();
  const end = new AbortController();
  const room = outbox.atMost(6, end.signal);
  outbox.acknowledge(1, 1n);
  await room;
  const never = outbox.atMost(0, end.signal);
  end.abort();
  await expect(never).rejects.toThrow();
});
