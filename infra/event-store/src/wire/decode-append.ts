import type statusPb from "@eventstore/db-client/generated/status_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { numberOf, readFields } from "../protobuf/read-fields.ts";
import type { Appended } from "../types.ts";

/** `BatchAppendResp`: which append it answers, and where its events are, or else why they are not. */
export interface AppendAnswer {
  readonly correlation: bigint;
  readonly appended: Appended | undefined;
  /** `google.rpc.Status`, for the client to make an error of. */
  readonly status: () => statusPb.Status | undefined;
}

/** Read by hand, for it comes so often. Throws for bytes that are no message. */
export function decodeAppendAnswer(bytes: Buffer): AppendAnswer {
  let correlation = 0n;
  let appended: Appended | undefined;
  readFields(bytes, 0, bytes.length, (field, begin, end) => {
    if (field === 1) correlation = decodeCorrelation(bytes, begin, end);
    else if (field === 3) appended = decodeSuccess(bytes, begin, end);
  });
  return { correlation, appended, status: () => streamsPb.BatchAppendResp.deserializeBinary(bytes).getError() };
}

/** A `UUID` of the form that we gave it: the second of two numbers tells. */
function decodeCorrelation(bytes: Buffer, begin: number, end: number): bigint {
  let correlation = 0n;
  readFields(bytes, begin, end, (field, begin, end) => {
    if (field === 1) correlation = numberOf(bytes, begin, end, 2);
  });
  return correlation;
}

function decodeSuccess(bytes: Buffer, begin: number, end: number): Appended {
  let [revision, position] = [0n, 0n];
  readFields(bytes, begin, end, (field, begin, end, number) => {
    if (field === 1) revision = number;
    else if (field === 3) position = numberOf(bytes, begin, end, 1);
  });
  return { revision, position };
}
