import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import type { TerminalTick } from "../terminal-tick.ts";
import { readTickFile } from "./read-tick-file.ts";

const folder = mkdtempSync(join(tmpdir(), "ticks-"));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function read(content: string | Uint8Array): Promise<TerminalTick[]> {
  const file = join(folder, `${files++}`);
  writeFileSync(file, content);
  const all: TerminalTick[] = [];
  for await (const ticks of readTickFile(file, "EURUSD")) all.push(...ticks);
  return all;
}

const T = Date.UTC(2014, 4, 8, 5, 0, 17, 7);
const mt5 = [
  "<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>",
  "2014.05.08\t05:00:17.007\t1.39147\t1.39148\t\t\t6",
  "2014.05.08\t05:00:17.007\t\t1.39149\t\t\t4",
  "2014.05.08\t05:00:18.000\t1.39148\t\t1.39148\t0.25\t26",
  "",
].join("\r\n");
const mt5Ticks = [
  { symbol: "EURUSD", timeMsc: T, ordinal: 0, bid: 1.39147, ask: 1.39148, last: 0, volume: 0, flags: 6 },
  { symbol: "EURUSD", timeMsc: T, ordinal: 1, bid: 1.39147, ask: 1.39149, last: 0, volume: 0, flags: 4 },
  {
    symbol: "EURUSD",
    timeMsc: T + 993,
    ordinal: 0,
    bid: 1.39148,
    ask: 1.39149,
    last: 1.39148,
    volume: 0.25,
    flags: 26,
  },
];

test("MT5's export is read: a blank is the value of the tick before, ordinals count in a millisecond", async () => {
  expect(await read(mt5)).toEqual(mt5Ticks);
});

test("what is gzipped, or written as UTF-16 as terminals do, is read alike", async () => {
  expect(await read(gzipSync(mt5))).toEqual(mt5Ticks);
  expect(await read(Buffer.from(`\ufeff${mt5}`, "utf16le"))).toEqual(mt5Ticks);
  expect(await read(`\ufeff${mt5}`)).toEqual(mt5Ticks);
});

test("CSV is read, with or without the last deal", async () => {
  const [tick] = await read("time_msc,bid,ask\n1399352400076,0.86939,0.86946");
  expect(tick).toMatchObject({ timeMsc: 1399352400076, bid: 0.86939, ask: 0.86946, last: 0, flags: 6 });
  expect(await read("time_msc,bid,ask,last,volume,flags\n5,1,2,1.5,3,58\n")).toMatchObject([{ last: 1.5, flags: 58 }]);
});

test("many lines are read whole wherever the reads happen to cut them", async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `${n},1.${n},2.${n}`);
  const ticks = await read(`time_msc,bid,ask\n${lines.join("\n")}\n`);
  expect(ticks.map(({ timeMsc, bid, ask }) => `${timeMsc},${bid},${ask}`)).toEqual(
    lines.map((line) => line.split(",").map(Number).join(",")),
  );
});

test.each([
  ["an empty file", "", /it is empty$/],
  ["a file of something else", "a,b,c\n", /:1: neither MT5's/],
  ["a price that is none", "time_msc,bid,ask\n1,1,2\n2,x,2\n", /:3: bid "x" is not a number$/],
  ["a missing column", "time_msc,bid,ask\n1,1\n", /:2: ask "" is not a number$/],
  ["a time that is none", "time_msc,bid,ask\n-1,1,2\n", /:2: time_msc -1 is no time$/],
  [
    "a date that is none",
    "<DATE>\t<TIME>\t<BID>\t<ASK>\n2014.13.08\t05:00:00\t1\t2\n",
    /:2: "2014.13.08 05:00:00" is not/,
  ],
  ["damaged gzip", gzipSync(mt5).subarray(0, 60), /cannot be read \(Z_BUF_ERROR\)$/],
  ["something endless without lines", "x".repeat(100_000), /is not a text of lines$/],
])("%s is an error that says where", async (_, content, message) => {
  await expect(read(content)).rejects.toThrow(message);
});

test("a file that is not there is an error that says so", async () => {
  const reading = readTickFile(join(folder, "none"), "EURUSD");
  await expect(reading.next()).rejects.toThrow(/none: cannot be read \(ENOENT\)$/);
});
