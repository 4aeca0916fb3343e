import { numberOf, readFields, textOf } from "../../protobuf/read-fields.ts";
import type { Expected } from "../storage/requests.ts";
import { bytesOfUuid } from "../storage/uuid.ts";
import type { ProposedMessage } from "./proposed-events.ts";

/** A part of an append of `BatchAppend`: `BatchAppendReq` of streams.proto, read by hand, for it comes so often. */
export interface BatchAppendRequest {
  /** Which append it is a part of: a `UUID` as it came, for the answer repeats it. */
  readonly correlation: Buffer;
  /** In the first part. */
  readonly options: BatchAppendOptions | undefined;
  readonly messages: readonly ProposedMessage[];
  readonly isFinal: boolean;
}

export interface BatchAppendOptions {
  readonly stream: string;
  readonly expected: Expected;
  /** Milliseconds since 1970. */
  readonly deadline: number | undefined;
}

const nothing: Buffer = Buffer.alloc(0);

/** Throws for bytes that are no such message. */
export function decodeBatchAppend(bytes: Buffer): BatchAppendRequest {
  let correlation = nothing;
  let options: BatchAppendOptions | undefined;
  let isFinal = false;
  const messages: ProposedMessage[] = [];
  readFields(bytes, 0, bytes.length, (field, begin, end, number) => {
    if (field === 1) correlation = bytes.subarray(begin, end);
    else if (field === 2) options = decodeOptions(bytes, begin, end);
    else if (field === 3) messages.push(decodeMessage(bytes, begin, end));
    else if (field === 4) isFinal = number !== 0n;
  });
  return { correlation, options, messages, isFinal };
}

function decodeOptions(bytes: Buffer, begin: number, end: number): BatchAppendOptions {
  let stream = "";
  let expected: Expected = "any";
  let deadline: number | undefined;
  readFields(bytes, begin, end, (field, begin, end, number) => {
    if (field === 1) stream = textOf(bytes, begin, end, 3);
    else if (field === 2) expected = BigInt.asIntN(64, number);
    else if (field === 3) expected = -1n;
    else if (field === 4) expected = "any";
    else if (field === 5) expected = "exists";
    else if (field === 6) deadline = decodeTimestamp(bytes, begin, end);
  });
  return { stream, expected, deadline };
}

function decodeMessage(bytes: Buffer, begin: number, end: number): ProposedMessage {
  let id: Uint8Array | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let data = nothing;
  let metadata = nothing;
  readFields(bytes, begin, end, (field, begin, end) => {
    if (field === 1) id = decodeUuid(bytes, begin, end);
    else if (field === 2) {
      const name = textOf(bytes, begin, end, 1);
      if (name === "type") type = textOf(bytes, begin, end, 2);
      else if (name === "content-type") contentType = textOf(bytes, begin, end, 2);
    } else if (field === 3) metadata = bytes.subarray(begin, end);
    else if (field === 4) data = bytes.subarray(begin, end);
  });
  return { id, type, contentType, data, metadata };
}

/** A UUID's 16 bytes, whichever of its two forms it came in; undefined if it is none. */
function decodeUuid(bytes: Buffer, begin: number, end: number): Uint8Array | undefined {
  let id: Uint8Array | undefined;
  readFields(bytes, begin, end, (field, begin, end) => {
    if (field === 2) id = bytesOfUuid(bytes.toString("latin1", begin, end));
    else if (field === 1) id = decodeHalves(bytes, begin, end);
  });
  return id;
}

function decodeHalves(bytes: Buffer, begin: number, end: number): Uint8Array {
  const id = Buffer.alloc(16);
  readFields(bytes, begin, end, (field, _begin, _end, number) => {
    if (field === 1 || field === 2) id.writeBigUInt64BE(number, (field - 1) * 8);
  });
  return id;
}

/** `google.protobuf.Timestamp` in milliseconds. */
function decodeTimestamp(bytes: Buffer, begin: number, end: number): number {
  const seconds = BigInt.asIntN(64, numberOf(bytes, begin, end, 1));
  return Number(seconds) * 1_000 + Number(numberOf(bytes, begin, end, 2)) / 1_000_000;
}
