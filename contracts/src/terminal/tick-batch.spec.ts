import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeTickBatch,
  encodeTickBatch,
  MAX_TICKS_PER_BATCH,
  readTicks,
  type Tick,
  type TickBatch,
  tickAt,
} from "./tick-batch.ts";

const vectors = new URL("../../vectors/tick-batch/", import.meta.url);
const names = readdirSync(vectors);

const bytesOf = (name: string) =>
  Uint8Array.from(Buffer.from(readFileSync(new URL(name, vectors), "utf8").replace(/#.*|\s/g, ""), "hex"));

function batchOf(name: string): TickBatch {
  const batch = JSON.parse(readFileSync(new URL(name, vectors), "utf8"));
  const ticks = batch.ticks.map((tick: Tick) => ({ ...tick, bid: Number(tick.bid), ask: Number(tick.ask) }));
  return { ...batch, epoch: BigInt(batch.epoch), sequence: BigInt(batch.sequence), ticks };
}

const good = names.filter((name) => name.endsWith(".json")).map((name) => name.replace(".json", ""));
const malformed = names.filter((name) => name.startsWith("malformed-"));

test.each(good)("the vector %s is read and written to the byte", (name) => {
  expect(decodeTickBatch(bytesOf(`${name}.hex`))).toEqual(batchOf(`${name}.json`));
  expect(encodeTickBatch(batchOf(`${name}.json`))).toEqual(bytesOf(`${name}.hex`));
});

test.each(malformed)("the vector %s is refused", (name) => {
  expect(() => readTicks(bytesOf(name), MAX_TICKS_PER_BATCH)).toThrowError(
    expect.objectContaining({ code: "MALFORMED_FRAME" }),
  );
});

test("there are vectors of both kinds", () => {
  expect([good.length, malformed.length]).toEqual([4, 13]);
});

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const anyTick: fc.Arbitrary<Tick> = fc.record({
  timeMsc: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  bid: fc.double(),
  ask: fc.double(),
  last: fc.double(),
  volume: fc.double(),
  flags: u32,
  ordinal: u16,
  quality: u16,
});
const anyBatch: fc.Arbitrary<TickBatch> = fc.record({
  kind: fc.constantFrom("live", "backfill"),
  symbolIndex: u16,
  epoch: u64,
  sequence: u64,
  lost: u32,
  utcOffsetSeconds: fc.integer({ min: -50_400, max: 50_400 }),
  ticks: fc.array(anyTick, { minLength: 1, maxLength: 20 }),
});

test("every batch comes back as it was, wherever its bytes lie in a buffer", () => {
  fc.assert(
    fc.property(anyBatch, fc.integer({ min: 0, max: 9 }), (batch, shift) => {
      const bytes = encodeTickBatch(batch);
      const elsewhere = new Uint8Array(shift + bytes.length).subarray(shift);
      elsewhere.set(bytes);
      expect(decodeTickBatch(elsewhere)).toEqual(batch);
      expect(tickAt(readTicks(elsewhere), batch.ticks.length - 1)).toEqual(batch.ticks.at(-1));
    }),
  );
});

test("every truncation and every lying count is refused", () => {
  fc.assert(
    fc.property(anyBatch, fc.nat(), u16, (batch, cut, count) => {
      const bytes = encodeTickBatch(batch);
      expect(() => readTicks(bytes.subarray(0, cut % bytes.length))).toThrow(/Tick batch/);
      fc.pre(count !== batch.ticks.length);
      new DataView(bytes.buffer).setUint16(6, count, true);
      expect(() => readTicks(bytes)).toThrow(/Tick batch/);
    }),
  );
});

test("whatever bytes come in, they are a batch or are refused with a code", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(encodeTickBatch(decodeTickBatch(bytes)).length).toBe(bytes.length);
      } catch (error) {
        expect(error).toMatchObject({ code: "MALFORMED_FRAME" });
      }
    }),
  );
});

test("a batch of no ticks, or of more than a message of the bus holds, cannot be written", () => {
  const { ticks, ...header } = batchOf("one-live-tick.json");
  expect(() => encodeTickBatch({ ...header, ticks: [] })).toThrow(RangeError);
  expect(() => encodeTickBatch({ ...header, ticks: Array.from({ length: 20_001 }, () => ticks[0] as Tick) })).toThrow(
    RangeError,
  );
});
