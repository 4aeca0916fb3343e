import { numberOf, readFields, textOf } from "../protobuf/read-fields.ts";
import type { RecordedEvent } from "../types.ts";

/** What the answer to a read consists of, as far as it is of use. */
export type ReadMessage =
  | { readonly kind: "event"; readonly event: RecordedEvent }
  | { readonly kind: "checkpoint"; readonly position: bigint }
  | { readonly kind: "caught-up" }
  | { readonly kind: "nothing" };

const nothing: ReadMessage = { kind: "nothing" };
/** EventStoreDB counts time in steps of 100 ns: these digits are less than a millisecond. */
const BELOW_A_MILLISECOND = 4;

/** `ReadResp` of streams.proto, read by hand, for it comes so often. Throws for bytes that are no message. */
export function decodeRead(bytes: Buffer): ReadMessage {
  let message = nothing;
  readFields(bytes, 0, bytes.length, (field, begin, end) => {
    if (field === 1) message = decodeEvent(bytes, begin, end);
    else if (field === 3) message = { kind: "checkpoint", position: numberOf(bytes, begin, end, 1) };
    else if (field === 8) message = { kind: "caught-up" };
  });
  return message;
}

/** `ReadResp.ReadEvent`. Of a link whose event is gone nothing is left. */
function decodeEvent(bytes: Buffer, begin: number, end: number): ReadMessage {
  let [from, to, position] = [0, 0, 0n];
  readFields(bytes, begin, end, (field, begin, end, number) => {
    if (field === 1) [from, to] = [begin, end];
    else if (field === 3) position = number;
  });
  return to > 0 ? { kind: "event", event: decodeRecord(bytes, from, to, position) } : nothing;
}

/**
 * `RecordedEvent`. The position comes beside it where the server is too old to write it into the event. What is in it is
 * parsed once somebody looks at it: most who follow the history look at few of its events.
 */
function decodeRecord(bytes: Buffer, begin: number, end: number, besides: bigint): RecordedEvent {
  let [id, stream, type] = ["", "", ""];
  let [revision, position] = [0n, besides];
  let at = 0;
  let isJson = false;
  let [data, dataEnd, metadata, metadataEnd] = [0, 0, 0, 0];
  readFields(bytes, begin, end, (field, begin, end, number) => {
    switch (field) {
      case 1:
        id = textOf(bytes, begin, end, 2);
        break;
      case 2:
        stream = textOf(bytes, begin, end, 3);
        break;
      case 3:
        revision = number;
        break;
      case 5:
        position = number;
        break;
      case 6: {
        const name = textOf(bytes, begin, end, 1);
        const value = textOf(bytes, begin, end, 2);
        if (name === "type") type = value;
        else if (name === "content-type") isJson = value === "application/json";
        else if (name === "created") at = Number(value.slice(0, -BELOW_A_MILLISECOND));
        break;
      }
      case 7:
        [metadata, metadataEnd] = [begin, end];
        break;
      case 8:
        [data, dataEnd] = [begin, end];
    }
  });
  let parsedData: unknown;
  let parsedMetadata: unknown;
  return {
    id,
    type,
    stream,
    revision,
    position,
    at: new Date(at),
    get data() {
      parsedData ??= isJson ? parsed(bytes, data, dataEnd) : bytes.subarray(data, dataEnd);
      return parsedData;
    },
    get metadata() {
      if (metadataEnd > metadata) parsedMetadata ??= parsed(bytes, metadata, metadataEnd);
      return parsedMetadata;
    },
  };
}

/** What is no JSON is left as the bytes that it is. */
function parsed(bytes: Buffer, begin: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString("utf8", begin, end));
  } catch {
    return bytes.subarray(begin, end);
  }
}
