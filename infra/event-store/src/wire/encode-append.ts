import { mapEntry, remembered } from "../protobuf/map-entry.ts";
import {
  bytesField,
  putBytes,
  putHead,
  putInteger,
  sizeOfBytesField,
  sizeOfIntegerField,
} from "../protobuf/write-fields.ts";
import type { NewEvent } from "../types.ts";

const nothing: Buffer = Buffer.alloc(0);
/** The map of what an event is said to be. */
const entry = (key: string, value: string) => bytesField(2, mapEntry(key, value));
const json = entry("content-type", "application/json");
const typeOf = remembered((type) => entry("type", type));
const isFinal = integerField(4, 1n);
/** What a part holds beside its last event: gRPC servers take messages of four megabytes. */
const PART_BYTES = 1024 * 1024;

/**
 * An append as the messages that make it known to the server, `BatchAppendReq` of streams.proto, the last of which says
 * that it is. Written by hand, for it is done so often. It is named by a number, and is to be done before a time:
 * milliseconds since 1970.
 */
export function* encodeAppend(
  number: bigint,
  stream: string,
  events: readonly NewEvent[],
  expected: bigint | "no_stream",
  deadline: number,
): Generator<Buffer> {
  const correlation = bytesField(1, bytesField(1, integerField(2, number)));
  let parts = [correlation, encodeOptions(stream, expected, deadline)];
  let bytes = 0;
  for (const event of events) {
    if (bytes > PART_BYTES) {
      yield Buffer.concat(parts);
      parts = [correlation];
      bytes = 0;
    }
    const message = encodeEvent(event);
    parts.push(message);
    bytes += message.length;
  }
  yield Buffer.concat([...parts, isFinal]);
}

function encodeOptions(stream: string, expected: bigint | "no_stream", deadline: number): Buffer {
  const at = expected === "no_stream" ? bytesField(3, nothing) : integerField(2, expected);
  const seconds = integerField(1, BigInt(Math.floor(deadline / 1000)));
  const nanos = integerField(2, BigInt(deadline % 1000) * 1_000_000n);
  const until = bytesField(6, Buffer.concat([seconds, nanos]));
  return bytesField(2, Buffer.concat([bytesField(1, bytesField(3, Buffer.from(stream))), at, until]));
}

/** `BatchAppendReq.ProposedMessage`, as a field of the request. */
function encodeEvent(event: NewEvent): Buffer {
  const [type, data, metadata] = [typeOf(event.type), bytesOf(event.data), bytesOf(event.metadata)];
  const [dataSize, metadataSize] = [sizeOfBytesField(data.length), sizeOfBytesField(metadata.length)];
  const idSize = sizeOfBytesField(event.id.length);
  const size = sizeOfBytesField(idSize) + json.length + type.length + metadataSize + dataSize;
  const out = Buffer.allocUnsafe(sizeOfBytesField(size));
  let at = putHead(out, 0, 3, size);
  at = putHead(out, at, 1, idSize);
  at = putHead(out, at, 2, event.id.length);
  at += out.write(event.id, at, "latin1");
  for (const part of [json, type]) {
    out.set(part, at);
    at += part.length;
  }
  at = putBytes(out, at, 3, metadata);
  putBytes(out, at, 4, data);
  return out;
}

const bytesOf = (json: NewEvent["data"]): Uint8Array =>
  json instanceof Uint8Array ? json : Buffer.from(JSON.stringify(json));

function integerField(field: number, value: bigint): Buffer {
  const out = Buffer.allocUnsafe(sizeOfIntegerField(value));
  putInteger(out, 0, field, value);
  return out;
}
