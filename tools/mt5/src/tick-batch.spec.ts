import { readdirSync, readFileSync } from "node:fs";
import { decodeTickBatch, encodeTickBatch, type TickBatch } from "@tradesage/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes, structs, workbench } from "./testing/workbench.ts";

const vectors = new URL("../../../contracts/vectors/tick-batch/", import.meta.url);
const names = readdirSync(vectors).filter((name) => name.endsWith(".hex") && !name.startsWith("malformed"));

/** What the terminal's own code makes of a batch. */
function encoder(planted?: readonly [string, string]) {
  const { functions, structs: types } = workbench(["TickBatch.mqh"], planted ? { planted } : {});
  const { TickBatchHeader: Header, TickRecord: Record } = types;
  if (!Header || !Record) throw new Error("the structs of a batch are missing");
  return ({ kind, ticks, symbolIndex, epoch, sequence, lost, utcOffsetSeconds }: TickBatch): Uint8Array => {
    const header = Object.assign(new Header(), { symbolIndex, epoch, sequence, lost, utcOffsetSeconds });
    Object.assign(header, { kind: kind === "live" ? 0 : 1 });
    const records = ticks.map((tick) => ({ ...tick, timeMsc: BigInt(tick.timeMsc) }));
    const out = bytes();
    functions["EncodeTickBatch"]?.(header, structs(Record, records), out);
    return Uint8Array.from(out.items);
  };
}

function vector(name: string): Uint8Array {
  const hex = readFileSync(new URL(name, vectors), "utf8").replace(/#.*|\s/g, "");
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

test.each(names)("the vector %s is written to the byte", (name) => {
  expect(encoder()(decodeTickBatch(vector(name)))).toEqual(vector(name));
});

test.each([
  ["a field at another place", "   double bid;\n   double ask;", "   double ask;\n   double bid;"],
  ["a field of another width", "ushort count;", "uint count;"],
  ["another version", "header.version = 1;", "header.version = 2;"],
  ["a tick that is left out", "for(int i = 0; i < count; i++)", "for(int i = 1; i < count; i++)"],
  ["a count that is not set", "header.count = (ushort)count;", ""],
])("%s in the source does not pass for a batch", (_, from, to) => {
  const [encode, name] = [encoder([from, to]), "three-ticks-two-in-one-millisecond.hex"];
  expect(encode(decodeTickBatch(vector(name)))).not.toEqual(vector(name));
});

test("there are vectors", () => expect(names.length).toBe(4));

test("every batch is written as the contract writes it", () => {
  const encode = encoder();
  const u16 = fc.integer({ min: 0, max: 0xffff });
  const u32 = fc.integer({ min: 0, max: 0xffffffff });
  const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const tick = fc.record({
    timeMsc: fc.integer({ min: 0, max: 253_402_300_799_999 }),
    ...{ bid: fc.double(), ask: fc.double(), last: fc.double(), volume: fc.double() },
    ...{ flags: u32, ordinal: u16, quality: u16 },
  });
  const batch = fc.record({
    kind: fc.constantFrom("live" as const, "backfill" as const),
    ...{ symbolIndex: u16, epoch: u64, sequence: u64, lost: u32 },
    utcOffsetSeconds: fc.integer({ min: -50_400, max: 50_400 }),
    ticks: fc.array(tick, { minLength: 1, maxLength: 5 }),
  });
  fc.assert(
    fc.property(batch, (one) => {
      expect(encode(one)).toEqual(encodeTickBatch(one));
    }),
  );
});
