import { randomUUID } from "node:crypto";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { describe, expect, test } from "vitest";
import type { NewEvent } from "../types.ts";
import { decodeAppendAnswer } from "./decode-append.ts";
import { decodeRead } from "./decode-read.ts";
import { encodeAppend } from "./encode-append.ts";

// What we read and write by hand, held against the classes that are generated from EventStoreDB's own definitions.

const { BatchAppendReq, BatchAppendResp, ReadResp } = streamsPb;
const { RecordedEvent } = ReadResp.ReadEvent;
const encoded = (message: { serializeBinary(): Uint8Array }) => Buffer.from(message.serializeBinary());
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("an append", () => {
  const event: NewEvent = { id: randomUUID(), type: "Wäre", data: { text: "straße" }, metadata: { schema: 1 } };
  const parts = (events: readonly NewEvent[], expected: bigint | "no_stream" = 7n) =>
    [...encodeAppend(300n, "acme-straße-1", events, expected, 1_700_000_000_123)].map((bytes) =>
      BatchAppendReq.deserializeBinary(bytes),
    );

  test("says all that the store must know", () => {
    const [request] = parts([event, event]);
    const options = request?.getOptions();
    expect(Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe("acme-straße-1");
    expect([options?.getStreamPosition(), options?.hasNoStream()]).toEqual(["7", false]);
    expect(options?.getDeadline()?.toDate().getTime()).toBe(1_700_000_000_123);
    expect(request?.getCorrelationId()?.getStructured()?.getLeastSignificantBits()).toBe("300");
    expect(request?.getIsFinal()).toBe(true);
    const [message, ...others] = request?.getProposedMessagesList() ?? [];
    expect(others).toHaveLength(1);
    expect(message?.getId()?.getString()).toBe(event.id);
    expect(message?.getMetadataMap().toObject()).toEqual([
      ["content-type", "application/json"],
      ["type", event.type],
    ]);
    expect(JSON.parse(Buffer.from(message?.getData_asU8() ?? []).toString())).toEqual(event.data);
    expect(JSON.parse(Buffer.from(message?.getCustomMetadata_asU8() ?? []).toString())).toEqual(event.metadata);
  });

  test("may begin a stream", () => expect(parts([event], "no_stream")[0]?.getOptions()?.hasNoStream()).toBe(true));

  test("that is large goes in parts, of which the last one says so", () => {
    const large = { ...event, data: { text: "x".repeat(700_000) } };
    const requests = parts([large, large, large, large, large]);
    expect(requests.map((request) => request.getProposedMessagesList().length)).toEqual([2, 2, 1]);
    expect(requests.map((request) => request.getIsFinal())).toEqual([false, false, true]);
    expect(requests.map((request) => request.hasOptions())).toEqual([true, false, false]);
  });

  test("is answered where its events are, or why they are not", () => {
    const structured = new sharedPb.UUID.Structured().setLeastSignificantBits("300");
    const answer = () => new BatchAppendResp().setCorrelationId(new sharedPb.UUID().setStructured(structured));
    const position = new sharedPb.AllStreamPosition().setCommitPosition("9007199254740993").setPreparePosition("1");
    const success = new BatchAppendResp.Success().setCurrentRevision("8").setPosition(position);
    expect(decodeAppendAnswer(encoded(answer().setSuccess(success)))).toMatchObject({
      correlation: 300n,
      appended: { revision: 8n, position: 9_007_199_254_740_993n },
    });
    expect(decodeAppendAnswer(encoded(answer())).appended).toBeUndefined();
  });
});

describe("a read", () => {
  const record = (contentType: string, data: string, metadata: string) => {
    const recorded = new RecordedEvent()
      .setId(new sharedPb.UUID().setString("00112233-4455-6677-8899-aabbccddeeff"))
      .setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(base64("acme-straße-1")))
      .setStreamRevision("70000")
      .setCommitPosition("9007199254740993")
      .setPreparePosition("1")
      .setCustomMetadata(base64(metadata))
      .setData(base64(data));
    recorded.getMetadataMap().set("type", "Wäre").set("content-type", contentType).set("created", "17000000001239999");
    return recorded;
  };
  const read = (event: streamsPb.ReadResp.ReadEvent) => {
    const [message] = decodeRead(encoded(new ReadResp().setEvent(event)));
    return message?.kind === "event" ? message.event : undefined;
  };
  const event = (recorded: streamsPb.ReadResp.ReadEvent.RecordedEvent) => new ReadResp.ReadEvent().setEvent(recorded);

  test("gives events as they were written", () => {
    const expected = {
      id: "00112233-4455-6677-8899-aabbccddeeff",
      type: "Wäre",
      stream: "acme-straße-1",
      revision: 70_000n,
      position: 9_007_199_254_740_993n,
      at: new Date(1_700_000_000_123),
      data: { text: "straße" },
      metadata: { schema: 1 },
    };
    const given = read(
      event(record("application/json", JSON.stringify(expected.data), JSON.stringify(expected.metadata))),
    );
    expect(given).toEqual(expected);
    expect(given?.data).toBe(given?.data);
  });

  test("leaves what is no JSON as it is", () => {
    expect(read(event(record("application/octet-stream", "{}", "")))?.data).toEqual(Buffer.from("{}"));
    expect(read(event(record("application/json", "{", "")))?.data).toEqual(Buffer.from("{"));
    expect(read(event(record("application/json", "{}", "")))?.metadata).toBeUndefined();
  });

  test("takes the position beside the event where there is none in it, and nothing for a link to what is gone", () => {
    const message = event(record("application/json", "{}", "{}").setCommitPosition("0")).setCommitPosition("5");
    expect(read(message)?.position).toBe(5n);
    expect(read(new ReadResp.ReadEvent().setLink(record("", "", "")))).toBeUndefined();
  });

  test("tells how far it has come", () => {
    const checkpoint = new ReadResp.Checkpoint().setCommitPosition("128").setPreparePosition("128");
    expect(decodeRead(encoded(new ReadResp().setCheckpoint(checkpoint)))).toEqual([
      { kind: "checkpoint", position: 128n },
    ]);
    expect(decodeRead(encoded(new ReadResp().setCaughtUp(new ReadResp.CaughtUp())))).toEqual([{ kind: "caught-up" }]);
    expect(decodeRead(encoded(new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation())))).toEqual([]);
  });

  test("gives several answers that come as one message, in their order", () => {
    const [first, second] = ["1", "2"].map((data) =>
      new ReadResp().setEvent(event(record("application/json", data, "{}"))),
    );
    const caughtUp = new ReadResp().setCaughtUp(new ReadResp.CaughtUp());
    const messages = [first, caughtUp, second].flatMap((answer) => (answer ? encoded(answer) : []));
    const given = decodeRead(Buffer.concat(messages));
    expect(given.map((message) => (message.kind === "event" ? message.event.data : message.kind))).toEqual([
      1,
      "caught-up",
      2,
    ]);
  });
});
