import {
  bytesField,
  putBytes,
  putHead,
  putInteger,
  sizeOfBytesField,
  sizeOfIntegerField,
} from "../../protobuf/write-fields.ts";
import type { Entry } from "../feeds/entry.ts";
import type { StoredEvent } from "../storage/event.ts";
import { uuidOf } from "../storage/uuid.ts";

/**
 * A line of a feed as the answer to a read: `ReadResp` of streams.proto and of persistent.proto, which are alike in the
 * fields used here. Written by hand, for this is what a server does most.
 */
export function encodeEntry({ event, link, position }: Entry, structuredIds: boolean, retryCount?: bigint): Buffer {
  const eventRecord = event && recordOf(event, structuredIds);
  const linkRecord = link && recordOf(link, structuredIds);
  const size =
    (eventRecord ? sizeOfBytesField(eventRecord.length) : 0) +
    (linkRecord ? sizeOfBytesField(linkRecord.length) : 0) +
    sizeOfIntegerField(position) +
    (retryCount === undefined ? 0 : sizeOfIntegerField(retryCount));
  const out = Buffer.allocUnsafe(sizeOfBytesField(size));
  let at = putHead(out, 0, 1, size);
  if (eventRecord) at = putBytes(out, at, 1, eventRecord);
  if (linkRecord) at = putBytes(out, at, 2, linkRecord);
  at = putInteger(out, at, 3, position);
  if (retryCount !== undefined) putInteger(out, at, 5, retryCount);
  return out;
}

/** Many subscribers get the same event: it is encoded once for as long as it is in memory. */
const records = new WeakMap<StoredEvent, Buffer>();

function recordOf(event: StoredEvent, structuredIds: boolean): Buffer {
  if (structuredIds) return encodeRecord(event, structuredId(event.id));
  let record = records.get(event);
  if (!record) {
    record = encodeRecord(event, bytesField(2, Buffer.from(uuidOf(event.id), "latin1")));
    records.set(event, record);
  }
  return record;
}

/** EventStoreDB counts time in steps of 100 ns. */
const TICKS_A_MILLISECOND = 10_000n;

/** `RecordedEvent`. */
function encodeRecord(event: StoredEvent, id: Buffer): Buffer {
  const { revision, position, data, metadata } = event;
  const stream = bytesField(3, Buffer.from(event.stream, "utf8"));
  const type = mapEntry("type", event.type);
  const contentType = event.json ? json : binary;
  const created = mapEntry("created", `${event.created * TICKS_A_MILLISECOND}`);
  let size = sizeOfIntegerField(revision) + 2 * sizeOfIntegerField(position);
  for (const part of [id, stream, type, contentType, created, metadata, data]) size += sizeOfBytesField(part.length);
  const out = Buffer.allocUnsafe(size);
  let at = putBytes(out, 0, 1, id);
  at = putBytes(out, at, 2, stream);
  at = putInteger(out, at, 3, revision);
  at = putInteger(out, at, 4, position);
  at = putInteger(out, at, 5, position);
  for (const entry of [type, contentType, created]) at = putBytes(out, at, 6, entry);
  at = putBytes(out, at, 7, metadata);
  putBytes(out, at, 8, data);
  return out;
}

const mapEntry = (key: string, value: string): Buffer =>
  Buffer.concat([bytesField(1, Buffer.from(key)), bytesField(2, Buffer.from(value, "utf8"))]);

const json = mapEntry("content-type", "application/json");
const binary = mapEntry("content-type", "application/octet-stream");

/** `UUID.structured`: two halves as 64-bit integers. */
function structuredId(id: Uint8Array): Buffer {
  const bytes = Buffer.from(id);
  const [high, low] = [bytes.readBigUInt64BE(0), bytes.readBigUInt64BE(8)];
  const halves = Buffer.allocUnsafe(sizeOfIntegerField(high) + sizeOfIntegerField(low));
  putInteger(halves, putInteger(halves, 0, 1, high), 2, low);
  return bytesField(1, halves);
}
