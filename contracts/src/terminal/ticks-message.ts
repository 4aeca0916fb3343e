import { z } from "zod";
import { encodeTickBatch, MAX_TICKS_PER_BATCH } from "./tick-batch.ts";
import { U64 } from "./u64.ts";

const u32 = z.int().min(0).max(0xffff_ffff);
const price = z.number();

const TextTick = z.strictObject({
  /** Broker time, milliseconds since 1970-01-01 on the broker's clock. */
  timeMsc: z.int().min(0),
  bid: price,
  ask: price,
  last: price.default(0),
  volume: z.number().default(0),
  /** Bid and ask, unless told. */
  flags: u32.default(6),
  /** To be told where several ticks are of one millisecond: two of one place are one tick. */
  ordinal: z.int().min(0).max(0xffff).default(0),
});

/** A tick batch as text, for who would rather not write bytes: the same fields, the same rules, the same acknowledgement. */
export const TicksMessage = z.strictObject({
  type: z.literal("ticks"),
  symbolIndex: z.int().min(0).max(0xfffe),
  epoch: U64,
  sequence: U64,
  kind: z.enum(["live", "backfill"]).default("live"),
  lost: u32.default(0),
  utcOffsetSeconds: z.int().min(-50_400).max(50_400),
  ticks: z.array(TextTick).min(1).max(MAX_TICKS_PER_BATCH),
});
export type TicksMessage = z.output<typeof TicksMessage>;

/** The same batch in bytes. */
export const bytesOfTicks = ({ type: _, epoch, sequence, ticks, ...header }: TicksMessage): Uint8Array =>
  encodeTickBatch({
    ...header,
    epoch: BigInt(epoch),
    sequence: BigInt(sequence),
    ticks: ticks.map((tick) => ({ ...tick, quality: 0 })),
  });
