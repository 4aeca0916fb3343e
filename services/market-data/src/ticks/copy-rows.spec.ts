import fc from "fast-check";
import { expect, test } from "vitest";
import { batch, tick } from "./batch.fixture.ts";
import { copyRows, tickColumns, utcMsc } from "./copy-rows.ts";

/** Reads COPY's binary format as its manual describes it. */
function fieldsIn(bytes: Buffer): Buffer[][] {
  const rows: Buffer[][] = [];
  let at = 0;
  while (at < bytes.length) {
    const count = bytes.readInt16BE(at);
    at += 2;
    const row: Buffer[] = [];
    for (let field = 0; field < count; field++) {
      const length = bytes.readInt32BE(at);
      row.push(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    rows.push(row);
  }
  return rows;
}

const ticks = fc.array(
  fc.record({
    timeMsc: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    bid: fc.double(),
    ask: fc.double(),
    last: fc.double(),
    volume: fc.double(),
    flags: fc.integer({ min: 0, max: 0x7fffffff }),
    ordinal: fc.integer({ min: 0, max: 0xffff }),
    quality: fc.integer({ min: 0, max: 0x7fff }),
  }),
  { minLength: 1, maxLength: 50 },
);

test("every field of every tick arrives in the column that it belongs to, bit by bit", () => {
  fc.assert(
    fc.property(ticks, fc.integer({ min: -14, max: 14 }), (all, hours) => {
      const view = batch(all.map(tick), { kind: "backfill", utcOffsetSeconds: hours * 3600 });
      const rows = copyRows(view, view.count);
      for (let index = 0; index < view.count; index++) rows.add(3, utcMsc(view, index), index);
      expect(rows.count).toBe(all.length);
      const decoded = fieldsIn(rows.finish()).map((fields) => {
        const field = (name: (typeof tickColumns)[number]) => fields[tickColumns.indexOf(name)] as Buffer;
        return {
          timeMsc: Number(field("time").readBigInt64BE() / 1000n) + 946_684_800_000 + hours * 3_600_000,
          bid: field("bid").readDoubleBE(),
          ask: field("ask").readDoubleBE(),
          last: field("last").readDoubleBE(),
          volume: field("volume").readDoubleBE(),
          flags: field("flags").readInt32BE(),
          ordinal: field("ordinal").readInt32BE(),
          quality: field("quality").readInt16BE(),
          feed: field("feed").readInt32BE(),
          offset: field("utc_offset_seconds").readInt32BE(),
          backfill: field("backfill").readUInt8(),
        };
      });
      expect(decoded).toEqual(all.map((one) => ({ ...one, feed: 3, offset: hours * 3600, backfill: 1 })));
    }),
  );
});
