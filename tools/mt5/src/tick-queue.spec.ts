import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeTickBatch } from "@tradesage/contracts";
import { expect, test } from "vitest";
import type { Mql5Array } from "./language/runtime.ts";
import { bytes, structs, temporaryFolder, type Workbench, workbench } from "./testing/workbench.ts";

const headers = ["Bytes.mqh", "TickBatch.mqh", "Records.mqh", "TickQueue.mqh"];
const PATH = "account\\ticks.queue";

interface Feed {
  symbol: string;
  sequence: bigint;
  timeMsc: bigint;
  ordinal: number;
}

/** A queue in a terminal that begins anew; the files are those of the terminal before. */
function openQueue(folder: string, symbols = ["EURUSD", "USDJPY"], limit = 1e9) {
  const bench: Workbench = workbench(headers, { folder });
  const { functions, structs: types } = bench;
  const make = (name: string) => new (types[name] as new () => Record<string, unknown>)();
  const feeds = structs(
    types["Feed"] as new () => object,
    symbols.map((symbol) => ({ symbol, ordinal: -1 })),
  ) as Mql5Array<Feed>;
  const queue = make("TickQueue");
  const isOpen = functions["QueueOpen"]?.(queue, feeds, PATH, BigInt(limit));
  const at = (index: number) => feeds.items[index] as Feed;

  return {
    ...{ bench, feeds, queue, isOpen, at },
    file: join(folder, "account/ticks.queue"),
    epoch: () => queue["epoch"] as bigint,
    add(feed: number, timeMsc: number, count = 1): boolean {
      const header = Object.assign(make("TickBatchHeader"), { symbolIndex: feed });
      const ticks = Array.from({ length: count }, (_, index) => ({ timeMsc: BigInt(timeMsc + index), ordinal: 0 }));
      const isAdded = functions["QueueAdd"]?.(
        queue,
        at(feed),
        header,
        structs(types["TickRecord"] as new () => object, ticks),
      );
      if (isAdded) at(feed).timeMsc = BigInt(timeMsc + count - 1);
      return isAdded as boolean;
    },
    /** The batches that would be sent now, as "feed/sequence". */
    send(window = 1_000_000): string[] {
      const sent: string[] = [];
      for (const out = bytes(); functions["QueueNext"]?.(queue, window, out); ) {
        const { symbolIndex, sequence, epoch } = decodeTickBatch(Uint8Array.from(out.items));
        expect(epoch).toBe(queue["epoch"]);
        sent.push(`${symbolIndex}/${sequence}`);
      }
      return sent;
    },
    stored: (feed: number, sequence: number) =>
      functions["QueueStored"]?.(queue, feeds, feed, BigInt(sequence), queue["next"]),
    resend: () => functions["QueueResend"]?.(queue),
    inFlight: () => queue["inFlight"],
    hasRoom: () => functions["QueueHasRoom"]?.(queue),
    crash: () => bench.terminal.crash(),
  };
}

test("batches are numbered by feed, sent in order and forgotten once they are stored", () => {
  const queue = openQueue(temporaryFolder());
  queue.add(0, 1000);
  queue.add(1, 1000);
  queue.add(0, 2000);
  expect(queue.send()).toEqual(["0/1", "1/1", "0/2"]);
  expect(queue.inFlight()).toBe(3);
  queue.stored(0, 2);
  expect(queue.inFlight()).toBe(1);
  queue.resend();
  expect(queue.send()).toEqual(["1/1"]);
  queue.stored(1, 1);
  expect(queue.inFlight()).toBe(0);
});

test("no more ticks are on their way than the window holds", () => {
  const queue = openQueue(temporaryFolder());
  for (const time of [1000, 2000, 3000]) queue.add(0, time, 2);
  expect(queue.send(5)).toEqual(["0/1", "0/2"]);
  queue.stored(0, 1);
  expect([queue.inFlight(), queue.send(4)]).toEqual([2, ["0/3"]]);
});

test("a terminal that comes back has its epoch, its numbers, its places and what was not stored", () => {
  const folder = temporaryFolder();
  const before = openQueue(folder);
  before.add(0, 1000, 3);
  before.add(1, 5000);
  before.send();
  before.stored(0, 1);
  before.add(0, 2000);
  before.crash();

  const after = openQueue(folder);
  expect(after.epoch()).toBe(before.epoch());
  expect([after.at(0), after.at(1)]).toMatchObject([
    { sequence: 2n, timeMsc: 2000n, ordinal: 0 },
    { sequence: 1n, timeMsc: 5000n, ordinal: 0 },
  ]);
  expect(after.send()).toEqual(["0/1", "1/1", "0/2"]);
  after.add(0, 3000);
  expect(after.send()).toEqual(["0/3"]);
});

test("a record that was half written, or whose bytes are damaged, ends the queue; what stands before it is good", () => {
  const folder = temporaryFolder();
  const before = openQueue(folder);
  before.add(0, 1000);
  before.add(0, 2000);
  before.crash();
  truncateSync(before.file, statSync(before.file).size - 1);

  const cut = openQueue(folder);
  expect(cut.send()).toEqual(["0/1"]);
  expect(cut.at(0)).toMatchObject({ sequence: 1n, timeMsc: 1000n });
  cut.add(0, 2000);
  cut.crash();

  const content = readFileSync(cut.file);
  content.writeUInt8(content.readUInt8(content.length - 40) ^ 1, content.length - 40);
  writeFileSync(cut.file, content);
  const damaged = openQueue(folder);
  expect(damaged.send()).toEqual(["0/1"]);
  expect(damaged.epoch()).toBe(before.epoch());
});

test("a queue of other symbols, or one whose beginning is lost, begins a new epoch", () => {
  const folder = temporaryFolder();
  const before = openQueue(folder);
  before.add(0, 1000);
  before.crash();
  const changed = openQueue(folder, ["EURUSD", "GBPUSD"]);
  expect(changed.epoch()).not.toBe(before.epoch());
  expect([changed.send(), changed.at(0).sequence, changed.at(0).timeMsc]).toEqual([[], 0n, 0n]);
  changed.crash();
  writeFileSync(changed.file, "");
  expect(openQueue(folder, ["EURUSD", "GBPUSD"]).epoch()).not.toBe(changed.epoch());
});

test("the file is rewritten when most of it is stored, and holds what waits", () => {
  const folder = temporaryFolder();
  const queue = openQueue(folder);
  for (let batch = 0; batch < 30; batch++) queue.add(0, 1_000_000 + 1000 * batch, 1000);
  queue.add(1, 1000);
  expect(statSync(queue.file).size).toBeGreaterThan(1_400_000);
  queue.send();
  queue.stored(0, 29);
  expect(statSync(queue.file).size).toBeLessThan(100_000);
  queue.resend();
  expect(queue.send()).toEqual(["0/30", "1/1"]);
  queue.add(0, 9_000_000);
  queue.crash();
  const after = openQueue(folder);
  expect(after.send()).toEqual(["0/30", "1/1", "0/31"]);
  expect(after.epoch()).toBe(queue.epoch());
});

test("a queue that has reached its limit says so, and has room again when its batches are stored", () => {
  const queue = openQueue(temporaryFolder(), ["EURUSD"], 2_000_000);
  let batches = 0;
  for (; queue.hasRoom(); batches++) queue.add(0, 1_000_000 + 1000 * batches, 1000);
  expect(batches).toBe(42);
  queue.send();
  queue.stored(0, 30);
  expect(queue.hasRoom()).toBe(true);
});

test("a disk that takes no more leaves everything as it was", () => {
  const folder = temporaryFolder();
  const queue = openQueue(folder);
  queue.add(0, 1000);
  queue.bench.terminal.disk.room = 50;
  expect(queue.add(0, 2000)).toBe(false);
  expect(queue.at(0)).toMatchObject({ sequence: 1n, timeMsc: 1000n });
  queue.bench.terminal.disk.room = 1e9;
  expect(queue.add(0, 2000)).toBe(true);
  expect(queue.send()).toEqual(["0/1", "0/2"]);
  queue.crash();
  expect(openQueue(folder).send()).toEqual(["0/1", "0/2"]);
});
