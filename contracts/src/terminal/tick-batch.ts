import { refuse } from "../refusals.ts";

/**
 * The tick batch: ticks of one symbol as a terminal sends them and as the bus carries them. Little endian throughout;
 * byte by byte in docs/mt5-protocol.md, with examples in contracts/vectors/tick-batch.
 */
export const TICK_BATCH_HEADER_BYTES = 32;
export const TICK_BYTES = 48;
/** In a frame of a terminal. */
export const MAX_TICKS_PER_BATCH = 1000;
/** In a message of the bus, where frames that waited for the disk are one: 960,032 bytes, of NATS's default of 1 MiB. */
export const MAX_TICKS_PER_MESSAGE = 20_000;
/** The symbol index of a batch on the bus, where tenant and symbol stand in the subject. */
export const NO_SYMBOL_INDEX = 0xffff;

const MAGIC = 0x54;
const VERSION = 1;
/** 9999-12-31T23:59:59.999Z: what every part behind can still write as a date. */
const LATEST_TIME_MSC = 253_402_300_799_999;
/** No clock on earth is further from UTC than 14 hours. */
const MAX_UTC_OFFSET_SECONDS = 50_400;

/** Where the fields of the header are. */
const header = {
  magic: 0,
  version: 1,
  kind: 2,
  reserved: 3,
  symbolIndex: 4,
  count: 6,
  epoch: 8,
  sequence: 16,
  lost: 24,
  utcOffsetSeconds: 28,
} as const;

/** Where the fields of a tick are, from its own beginning: for readers and writers in place, on a DataView. */
export const tickFields = {
  timeMsc: 0,
  bid: 8,
  ask: 16,
  last: 24,
  volume: 32,
  flags: 40,
  ordinal: 44,
  quality: 46,
} as const;

/** `live`: as it came from the broker; `backfill`: read from the terminal's history after a pause. */
const tickBatchKinds = ["live", "backfill"] as const;
export type TickBatchKind = (typeof tickBatchKinds)[number];

/** MQL5's MqlTick, with its place in its millisecond. Prices are doubles, as the terminal has them. */
export interface Tick {
  /** Broker time, milliseconds since 1970-01-01 on the broker's clock. */
  readonly timeMsc: number;
  readonly bid: number;
  readonly ask: number;
  readonly last: number;
  /** volume_real: lots of the last deal. */
  readonly volume: number;
  /** TICK_FLAG_BID 2, ASK 4, LAST 8, VOLUME 16, BUY 32, SELL 64. */
  readonly flags: number;
  /** Its place among the ticks of its millisecond: 0, 1, … */
  readonly ordinal: number;
  /** Bits of TickQuality; 0 from a terminal, the bridge sets them. */
  readonly quality: number;
}

export interface TickBatchHeader {
  readonly kind: TickBatchKind;
  /** Index in the HELLO's symbols; NO_SYMBOL_INDEX on the bus. */
  readonly symbolIndex: number;
  readonly epoch: bigint;
  /** Counts the batches of this symbol in this epoch: 1, 2, … */
  readonly sequence: bigint;
  /** Ticks that were lost inside the terminal just before this batch. */
  readonly lost: number;
  /** The broker's clock minus UTC when these ticks were made: UTC = timeMsc − utcOffsetSeconds · 1000. */
  readonly utcOffsetSeconds: number;
}

export interface TickBatch extends TickBatchHeader {
  readonly ticks: readonly Tick[];
}

/** A batch read in place: nothing is copied, `bytes` must not change while it is used. */
export interface TickBatchView extends TickBatchHeader {
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Over `bytes`; tick `i` begins at `tickOffset(i)`. */
  readonly data: DataView;
}

/** Where tick `index` begins in a batch. */
export const tickOffset = (index: number): number => TICK_BATCH_HEADER_BYTES + index * TICK_BYTES;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The time of the tick that begins at `at`: its 64 bits as two halves, since a bigint for every tick costs more than
 * all its other fields. Exact for every time that `readTicks` lets pass.
 */
export const readTimeMsc = (data: DataView, at: number): number =>
  data.getInt32(at + tickFields.timeMsc + 4, true) * 2 ** 32 + data.getUint32(at + tickFields.timeMsc, true);

/** Writes a batch's header over the first 32 bytes of `bytes`, for a batch of `count` ticks. */
export function writeTickBatchHeader(bytes: Uint8Array, batch: TickBatchHeader, count: number): void {
  const view = viewOf(bytes);
  view.setUint8(header.magic, MAGIC);
  view.setUint8(header.version, VERSION);
  view.setUint8(header.kind, tickBatchKinds.indexOf(batch.kind));
  view.setUint8(header.reserved, 0);
  view.setUint16(header.symbolIndex, batch.symbolIndex, true);
  view.setUint16(header.count, count, true);
  view.setBigUint64(header.epoch, batch.epoch, true);
  view.setBigUint64(header.sequence, batch.sequence, true);
  view.setUint32(header.lost, batch.lost, true);
  view.setInt32(header.utcOffsetSeconds, batch.utcOffsetSeconds, true);
}

/** A batch as bytes. Throws RangeError when it holds no tick or more than MAX_TICKS_PER_MESSAGE. */
export function encodeTickBatch(batch: TickBatch): Uint8Array {
  const { ticks } = batch;
  if (ticks.length < 1 || ticks.length > MAX_TICKS_PER_MESSAGE) {
    throw new RangeError(`a batch holds 1 to ${MAX_TICKS_PER_MESSAGE} ticks, not ${ticks.length}`);
  }
  const bytes = new Uint8Array(tickOffset(ticks.length));
  writeTickBatchHeader(bytes, batch, ticks.length);
  const view = viewOf(bytes);
  let at = TICK_BATCH_HEADER_BYTES;
  for (const tick of ticks) {
    view.setBigInt64(at + tickFields.timeMsc, BigInt(tick.timeMsc), true);
    view.setFloat64(at + tickFields.bid, tick.bid, true);
    view.setFloat64(at + tickFields.ask, tick.ask, true);
    view.setFloat64(at + tickFields.last, tick.last, true);
    view.setFloat64(at + tickFields.volume, tick.volume, true);
    view.setUint32(at + tickFields.flags, tick.flags, true);
    view.setUint16(at + tickFields.ordinal, tick.ordinal, true);
    view.setUint16(at + tickFields.quality, tick.quality, true);
    at += TICK_BYTES;
  }
  return bytes;
}

/**
 * Opens a batch in place, for hot paths: checks its frame and every time in it, copies nothing.
 * Refuses MALFORMED_FRAME for a wrong length, magic, version, kind, count (above `most`), time or offset from UTC.
 */
export function readTicks(bytes: Uint8Array, most = MAX_TICKS_PER_MESSAGE): TickBatchView {
  const malformed = (detail: string) => refuse("MALFORMED_FRAME", `Tick batch: ${detail}`);
  if (bytes.length < TICK_BATCH_HEADER_BYTES) malformed(`${bytes.length} bytes are less than its header`);
  const data = viewOf(bytes);
  if (data.getUint8(header.magic) !== MAGIC) malformed(`it does not begin with 0x${MAGIC.toString(16)}`);
  const version = data.getUint8(header.version);
  if (version !== VERSION) malformed(`version ${version} is not known`);
  const kind = tickBatchKinds[data.getUint8(header.kind)];
  if (kind === undefined) return malformed(`kind ${data.getUint8(header.kind)} is not known`);
  if (data.getUint8(header.reserved) !== 0) malformed("its reserved byte is not 0");
  const count = data.getUint16(header.count, true);
  if (count < 1 || count > most) malformed(`it says ${count} ticks; 1 to ${most} may be`);
  if (bytes.length !== tickOffset(count)) {
    malformed(`${count} ticks take ${tickOffset(count)} bytes, it has ${bytes.length}`);
  }
  const utcOffsetSeconds = data.getInt32(header.utcOffsetSeconds, true);
  if (Math.abs(utcOffsetSeconds) > MAX_UTC_OFFSET_SECONDS) malformed(`${utcOffsetSeconds} s from UTC is no clock`);
  for (let at = TICK_BATCH_HEADER_BYTES; at < bytes.length; at += TICK_BYTES) {
    const timeMsc = readTimeMsc(data, at);
    if (timeMsc < 0 || timeMsc > LATEST_TIME_MSC) malformed(`time ${timeMsc} is not between 1970 and 9999`);
  }
  return {
    kind,
    symbolIndex: data.getUint16(header.symbolIndex, true),
    epoch: data.getBigUint64(header.epoch, true),
    sequence: data.getBigUint64(header.sequence, true),
    lost: data.getUint32(header.lost, true),
    utcOffsetSeconds,
    count,
    bytes,
    data,
  };
}

/** Tick `index` of an opened batch. */
export function tickAt({ data }: TickBatchView, index: number): Tick {
  const at = tickOffset(index);
  return {
    timeMsc: readTimeMsc(data, at),
    bid: data.getFloat64(at + tickFields.bid, true),
    ask: data.getFloat64(at + tickFields.ask, true),
    last: data.getFloat64(at + tickFields.last, true),
    volume: data.getFloat64(at + tickFields.volume, true),
    flags: data.getUint32(at + tickFields.flags, true),
    ordinal: data.getUint16(at + tickFields.ordinal, true),
    quality: data.getUint16(at + tickFields.quality, true),
  };
}

/** A batch out of bytes. Refuses MALFORMED_FRAME as `readTicks` does. */
export function decodeTickBatch(bytes: Uint8Array): TickBatch {
  const view = readTicks(bytes);
  const { kind, symbolIndex, epoch, sequence, lost, utcOffsetSeconds } = view;
  const ticks = Array.from({ length: view.count }, (_, index) => tickAt(view, index));
  return { kind, symbolIndex, epoch, sequence, lost, utcOffsetSeconds, ticks };
}
