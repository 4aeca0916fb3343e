import type statusPb from "@eventstore/db-client/generated/status_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { type Fields, fieldsOf, nextField, numberIn, numberOf, within } from "../protobuf/read-fields.ts";
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
  const fields = fieldsOf(bytes);
  while (nextField(fields)) {
    if (fields.field === 1) correlation = decodeCorrelation(fields);
    else if (fields.field === 3) appended = decodeSuccess(fields);
  }
  return { correlation, appended, status: () => streamsPb.BatchAppendResp.deserializeBinary(bytes).getError() };
}

/** A `UUID` of the form that we gave it: the second of two numbers tells. */
function decodeCorrelation(message: Fields): bigint {
  const fields = within(message);
  let correlation = 0n;
  while (nextField(fields)) if (fields.field === 1) correlation = numberOf(fields, 2);
  return correlation;
}

function decodeSuccess(message: Fields): Appended {
  const fields = within(message);
  let [revision, position] = [0n, 0n];
  while (nextField(fields)) {
    if (fields.field === 1) revision = numberIn(fields);
    else if (fields.field === 3) position = numberOf(fields, 1);
  }
  return { revision, position };
}
