import { mapEntry, remembered } from "../../protobuf/map-entry.ts";
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

/**
 * A line of a feed as the answer to a read: `ReadResp` of streams.proto and of persistent.proto, which are alike in the
 * fields used here. Written by hand, for this is what a server does most.
 */
export function encodeEntry({ event, link, position }: Entry, structuredIds: boolean, retryCount?: bigint): Buffer {
  const eventRecord = event && recordOf(event, structuredIds);
  const linkRecord = link && recordOf(link, structuredIds);
  const size =
    (eventRecord ? sizeOfBytesField(eventRecord.size) : 0) +
    (linkRecord ? sizeOfBytesField(linkRecord.size) : 0) +
    sizeOfIntegerField(position) +
    (retryCount === undefined ? 0 : sizeOfIntegerField(retryCount));
  const out = Buffer.allocUnsafe(sizeOfBytesField(size));
  let at = putHead(out, 0, 1, size);
  if (eventRecord) at = putRecord(out, at, 1, eventRecord);
  if (linkRecord) at = putRecord(out, at, 2, linkRecord);
  at = putInteger(out, at, 3, position);
  if (retryCount !== undefined) putInteger(out, at, 5, retryCount);
  return out;
}

/** What most subscribers get of an event that is in memory for all of them: it is encoded once. */
export function encodeShared(entry: Entry, structuredIds: boolean): Buffer {
  const { event, link } = entry;
  if (!event || link || structuredIds) return encodeEntry(entry, structuredIds);
  let answer = answers.get(event);
  if (!answer) {
    answer = encodeEntry(entry, structuredIds);
    answers.set(event, answer);
  }
  return answer;
}

const answers = new WeakMap<StoredEvent, Buffer>();

/** `RecordedEvent`, before it is written. */
function recordOf(event: StoredEvent, structuredIds: boolean) {
  const stream = nameOf(event.stream);
  const type = typeOf(event.type);
  const contentType = event.json ? json : binary;
  const id = structuredIds ? structuredId(event.id) : undefined;
  // EventStoreDB counts time in steps of 100 ns.
  const created = `${event.created}0000`;
  const createdSize = sizeOfBytesField(CREATED.length) + sizeOfBytesField(created.length);
  const size =
    sizeOfBytesField(id ? id.length : TEXT_ID_BYTES) +
    sizeOfBytesField(stream.length) +
    sizeOfIntegerField(event.revision) +
    2 * sizeOfIntegerField(event.position) +
    sizeOfBytesField(type.length) +
    sizeOfBytesField(contentType.length) +
    sizeOfBytesField(createdSize) +
    sizeOfBytesField(event.metadata.length) +
    sizeOfBytesField(event.data.length);
  return { event, id, stream, type, contentType, created, createdSize, size };
}

function putRecord(out: Buffer, begin: number, field: number, record: ReturnType<typeof recordOf>): number {
  const { event, created } = record;
  let at = putHead(out, begin, field, record.size);
  at = record.id ? putBytes(out, at, 1, record.id) : putTextId(out, putHead(out, at, 1, TEXT_ID_BYTES), event.id);
  at = putBytes(out, at, 2, record.stream);
  at = putInteger(out, at, 3, event.revision);
  at = putInteger(out, at, 4, event.position);
  at = putInteger(out, at, 5, event.position);
  at = putBytes(out, at, 6, record.type);
  at = putBytes(out, at, 6, record.contentType);
  at = putHead(out, at, 6, record.createdSize);
  at = putBytes(out, at, 1, CREATED);
  at = putHead(out, at, 2, created.length);
  at += out.write(created, at, "latin1");
  at = putBytes(out, at, 7, event.metadata);
  return putBytes(out, at, 8, event.data);
}

const CREATED = Buffer.from("created");

const json = mapEntry("content-type", "application/json");
const binary = mapEntry("content-type", "application/octet-stream");

const typeOf = remembered((type) => mapEntry("type", type));
const nameOf = remembered((stream) => bytesField(3, Buffer.from(stream, "utf8")));

/** `UUID.string`: 36 letters, as RFC 9562 writes it, and what goes before them. */
const TEXT_ID_BYTES = 38;

function putTextId(out: Buffer, begin: number, id: Uint8Array): number {
  let at = putHead(out, begin, 2, 36);
  for (let byte = 0; byte < 16; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) out[at++] = DASH;
    const value = id[byte] as number;
    out[at++] = DIGITS[value >> 4] as number;
    out[at++] = DIGITS[value & 15] as number;
  }
  return at;
}

const DASH = 0x2d;
const DIGITS = Buffer.from("0123456789abcdef");

/** `UUID.structured`: two halves as 64-bit integers. */
function structuredId(id: Uint8Array): Buffer {
  const bytes = Buffer.from(id);
  const [high, low] = [bytes.readBigUInt64BE(0), bytes.readBigUInt64BE(8)];
  const halves = Buffer.allocUnsafe(sizeOfIntegerField(high) + sizeOfIntegerField(low));
  putInteger(halves, putInteger(halves, 0, 1, high), 2, low);
  return bytesField(1, halves);
}
