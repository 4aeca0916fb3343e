import { randomUUID } from "node:crypto";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import timestampPb from "google-protobuf/google/protobuf/timestamp_pb.js";
import { describe, expect, test } from "vitest";
import { decodeBatchAppend } from "./batch-append-request.ts";
import { identifierOf } from "./identifiers.ts";

const { BatchAppendReq } = streamsPb;

/** An append as the client makes it, encoded by the generated classes. */
function encoded(change: (options: streamsPb.BatchAppendReq.Options) => unknown = () => {}): Buffer {
  const options = new BatchAppendReq.Options().setStreamIdentifier(identifierOf("straße-1"));
  options.setDeadline(timestampPb.Timestamp.fromDate(new Date(1_700_000_000_123)));
  change(options);
  const event = new BatchAppendReq.ProposedMessage()
    .setId(new sharedPb.UUID().setString("00112233-4455-6677-8899-aabbccddeeff"))
    .setData(Buffer.from("data").toString("base64"))
    .setCustomMetadata(Buffer.from("metadata").toString("base64"));
  event.getMetadataMap().set("content-type", "application/json").set("type", "Happened").set("other", "ignored");
  const request = new BatchAppendReq()
    .setCorrelationId(new sharedPb.UUID().setString(randomUUID()))
    .setOptions(options)
    .setProposedMessagesList([event, new BatchAppendReq.ProposedMessage()])
    .setIsFinal(true);
  return Buffer.from(request.serializeBinary());
}

const id = Buffer.from("00112233445566778899aabbccddeeff", "hex");

describe("an append of a batch call", () => {
  test("is read as the client wrote it", () => {
    const { options, messages, isFinal } = decodeBatchAppend(encoded());
    expect(options).toEqual({ stream: "straße-1", expected: "any", deadline: 1_700_000_000_123 });
    const none = Buffer.alloc(0);
    expect(messages).toEqual([
      {
        id,
        type: "Happened",
        contentType: "application/json",
        data: Buffer.from("data"),
        metadata: Buffer.from("metadata"),
      },
      { id: undefined, type: undefined, contentType: undefined, data: none, metadata: none },
    ]);
    expect(isFinal).toBe(true);
  });

  test.each([
    ["at a revision", (options) => options.setStreamPosition("9007199254740993"), 9_007_199_254_740_993n],
    ["to a new stream", (options) => options.setNoStream(new sharedPb.Empty()), -1n],
    ["to one that exists", (options) => options.setStreamExists(new sharedPb.Empty()), "exists"],
    ["to any", (options) => options.setAny(new sharedPb.Empty()), "any"],
  ] as [string, (options: streamsPb.BatchAppendReq.Options) => unknown, unknown][])(
    "%s says so",
    (_, change, expected) => {
      expect(decodeBatchAppend(encoded(change)).options?.expected).toBe(expected);
    },
  );

  test("may name its events' ids in two halves", () => {
    const halves = new sharedPb.UUID.Structured()
      .setMostSignificantBits(`${BigInt.asIntN(64, id.readBigUInt64BE(0))}`)
      .setLeastSignificantBits(`${BigInt.asIntN(64, id.readBigUInt64BE(8))}`);
    const event = new BatchAppendReq.ProposedMessage().setId(new sharedPb.UUID().setStructured(halves));
    const request = new BatchAppendReq().setProposedMessagesList([event]);
    expect(decodeBatchAppend(Buffer.from(request.serializeBinary())).messages[0]?.id).toEqual(id);
  });

  test("that was cut short is refused", () => {
    const whole = encoded();
    for (const length of [1, 20, 60, whole.length - 1])
      expect(() => decodeBatchAppend(whole.subarray(0, length))).toThrow(RangeError);
  });
});
