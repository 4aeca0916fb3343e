import type { Expected } from "../storage/requests.ts";
import { bytesOfUuid } from "../storage/uuid.ts";
import type { ProposedMessage } from "./proposed-events.ts";
import { readFields } from "./read-fields.ts";

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
  readFields(bytes, (field, value, number) => {
    if (field === 1) correlation = value;
    else if (field === 2) options = decodeOptions(value);
    else if (field === 3) messages.push(decodeMessage(value));
    else if (field === 4) isFinal = number !== 0n;
  });
  return { correlation, options, messages, isFinal };
}

function decodeOptions(bytes: Buffer): BatchAppendOptions {
  let stream = "";
  let expected: Expected = "any";
  let deadline: number | undefined;
  readFields(bytes, (field, value, number) => {
    if (field === 1) stream = decodeText(value, 3);
    else if (field === 2) expected = BigInt.asIntN(64, number);
    else if (field === 3) expected = -1n;
    else if (field === 4) expected = "any";
    else if (field === 5) expected = "exists";
    else if (field === 6) deadline = decodeTimestamp(value);
  });
  return { stream, expected, deadline };
}

function decodeMessage(bytes: Buffer): ProposedMessage {
  let id: Uint8Array | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let data = nothing;
  let metadata = nothing;
  readFields(bytes, (field, value) => {
    if (field === 1) id = decodeUuid(value);
    else if (field === 2) {
      const name = decodeText(value, 1);
      if (name === "type") type = decodeText(value, 2);
      else if (name === "content-type") contentType = decodeText(value, 2);
    } else if (field === 3) metadata = value;
    else if (field === 4) data = value;
  });
  return { id, type, contentType, data, metadata };
}

/** A message's one field that is of interest, as text. */
function decodeText(message: Buffer, wanted: number): string {
  let text = "";
  readFields(message, (field, value) => {
    if (field === wanted) text = value.toString("utf8");
  });
  return text;
}

/** A UUID's 16 bytes, whichever of its two forms it came in; undefined if it is none. */
function decodeUuid(message: Buffer): Uint8Array | undefined {
  let id: Uint8Array | undefined;
  readFields(message, (field, value) => {
    if (field === 2) id = bytesOfUuid(value.toString("latin1"));
    else if (field === 1) id = decodeHalves(value);
  });
  return id;
}

function decodeHalves(message: Buffer): Uint8Array {
  const id = Buffer.alloc(16);
  readFields(message, (field, _, number) => {
    if (field === 1 || field === 2) id.writeBigUInt64BE(number, (field - 1) * 8);
  });
  return id;
}

/** `google.protobuf.Timestamp` in milliseconds. */
function decodeTimestamp(message: Buffer): number {
  let ms = 0;
  readFields(message, (field, _, number) => {
    if (field === 1) ms += Number(BigInt.asIntN(64, number)) * 1_000;
    else if (field === 2) ms += Number(number) / 1_000_000;
  });
  return ms;
}
