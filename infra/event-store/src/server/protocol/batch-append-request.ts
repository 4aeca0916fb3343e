import {
  type Fields,
  fieldsOf,
  nextField,
  numberIn,
  numberOf,
  textIn,
  textOf,
  within,
} from "../../protobuf/read-fields.ts";
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
  const fields = fieldsOf(bytes);
  while (nextField(fields)) {
    if (fields.field === 1) correlation = bytesIn(fields);
    else if (fields.field === 2) options = decodeOptions(fields);
    else if (fields.field === 3) messages.push(decodeMessage(fields));
    else if (fields.field === 4) isFinal = numberIn(fields) !== 0n;
  }
  return { correlation, options, messages, isFinal };
}

const bytesIn = ({ bytes, begin, end }: Fields): Buffer => bytes.subarray(begin, end);

function decodeOptions(message: Fields): BatchAppendOptions {
  let stream = "";
  let expected: Expected = "any";
  let deadline: number | undefined;
  const fields = within(message);
  while (nextField(fields)) {
    if (fields.field === 1) stream = textOf(fields, 3);
    else if (fields.field === 2) expected = BigInt.asIntN(64, numberIn(fields));
    else if (fields.field === 3) expected = -1n;
    else if (fields.field === 4) expected = "any";
    else if (fields.field === 5) expected = "exists";
    else if (fields.field === 6) deadline = decodeTimestamp(fields);
  }
  return { stream, expected, deadline };
}

function decodeMessage(message: Fields): ProposedMessage {
  let id: Uint8Array | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let data = nothing;
  let metadata = nothing;
  const fields = within(message);
  while (nextField(fields)) {
    if (fields.field === 1) id = decodeUuid(fields);
    else if (fields.field === 2) {
      const name = textOf(fields, 1);
      if (name === "type") type = textOf(fields, 2);
      else if (name === "content-type") contentType = textOf(fields, 2);
    } else if (fields.field === 3) metadata = bytesIn(fields);
    else if (fields.field === 4) data = bytesIn(fields);
  }
  return { id, type, contentType, data, metadata };
}

/** A UUID's 16 bytes, whichever of its two forms it came in; undefined if it is none. */
function decodeUuid(message: Fields): Uint8Array | undefined {
  let id: Uint8Array | undefined;
  const fields = within(message);
  while (nextField(fields)) {
    if (fields.field === 2) id = bytesOfUuid(textIn(fields));
    else if (fields.field === 1) id = decodeHalves(fields);
  }
  return id;
}

function decodeHalves(message: Fields): Uint8Array {
  const id = Buffer.alloc(16);
  const fields = within(message);
  while (nextField(fields))
    if (fields.field === 1 || fields.field === 2) id.writeBigUInt64BE(numberIn(fields), (fields.field - 1) * 8);
  return id;
}

/** `google.protobuf.Timestamp` in milliseconds. */
function decodeTimestamp(message: Fields): number {
  const seconds = BigInt.asIntN(64, numberOf(message, 1));
  return Number(seconds) * 1_000 + Number(numberOf(message, 2)) / 1_000_000;
}
