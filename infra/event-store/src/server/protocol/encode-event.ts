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
export function encodeEntry(entry: Entry, structuredIds: boolean, retryCount?: bigint): Buffer {
  const { event, link } = entry;
  if (!event || link || structuredIds || retryCount !== undefined) return encode(entry, structuredIds, retryCount);
  let answer = answers.get(event);
  if (!answer) {
    answer = encode(entry, structuredIds);
    answers.set(event, answer);
  }
  return answer;
}

/** What most subscribers get: it is encoded once for as long as its event is in memory. */
const answers = new WeakMap<StoredEvent, Buffer>();

function encode({ event, link, position }: Entry, structuredIds: boolean, retryCount?: bigint): Buffer {
  const eventRecord = event && encodeRecord(event, structuredIds);
  const linkRecord = link && encodeRecord(link, structuredIds);
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

/** `RecordedEvent`. */
function encodeRecord(event: StoredEvent, structuredIds: boolean): Buffer {
  const { revision, position, data, metadata } = event;
  const id = structuredIds ? structuredId(event.id) : textId(event.id);
  const stream = nameOf(event.stream);
  const type = typeOf(event.type);
  const contentType = event.json ? json : binary;
  // EventStoreDB counts time in steps of 100 ns.
  const created = `${event.created}0000`;
  const createdSize = sizeOfBytesField(CREATED.length) + sizeOfBytesField(created.length);
  let size = sizeOfIntegerField(revision) + 2 * sizeOfIntegerField(position) + sizeOfBytesField(createdSize);
  for (const part of [id, stream, type, contentType, metadata, data]) size += sizeOfBytesField(part.length);
  const out = Buffer.allocUnsafe(size);
  let at = putBytes(out, 0, 1, id);
  at = putBytes(out, at, 2, stream);
  at = putInteger(out, at, 3, revision);
  at = putInteger(out, at, 4, position);
  at = putInteger(out, at, 5, position);
  at = putBytes(out, at, 6, type);
  at = putBytes(out, at, 6, contentType);
  at = putHead(out, at, 6, createdSize);
  at = putBytes(out, at, 1, CREATED);
  at = putHead(out, at, 2, created.length);
  at += out.write(created, at, "latin1");
  at = putBytes(out, at, 7, metadata);
  putBytes(out, at, 8, data);
  return out;
}

const CREATED = Buffer.from("created");

const json = mapEntry("content-type", "application/json");
const binary = mapEntry("content-type", "application/octet-stream");

const typeOf = remembered((type) => mapEntry("type", type));
const nameOf = remembered((stream) => bytesField(3, Buffer.from(stream, "utf8")));

/** `UUID.string`: 36 letters, as RFC 9562 writes it. */
function textId(id: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(38);
  let at = putHead(out, 0, 2, 36);
  for (let byte = 0; byte < 16; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) out[at++] = DASH;
    const value = id[byte] ?? 0;
    out[at++] = DIGITS[value >> 4] ?? 0;
    out[at++] = DIGITS[value & 15] ?? 0;
  }
  return out;
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
