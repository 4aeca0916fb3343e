import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { expect, test } from "vitest";
import { apart, sendTogether } from "./together.ts";

const request = (name: string) => {
  const correlation = new sharedPb.UUID().setString(name);
  const event = new streamsPb.BatchAppendReq.ProposedMessage().setData(Buffer.from(name).toString("base64"));
  const append = new streamsPb.BatchAppendReq().setCorrelationId(correlation).setProposedMessagesList([event, event]);
  return Buffer.from(append.setIsFinal(true).serializeBinary());
};

test("messages that came as one are told apart", () => {
  const requests = [request("one"), request("two"), request("three")];
  expect(apart(Buffer.concat(requests))).toEqual(requests);
});

test("a message that came alone is itself, an empty one too", () => {
  for (const alone of [request("one"), Buffer.alloc(0)]) expect(apart(alone)).toEqual([alone]);
});

test("a message that was cut short is refused", () => {
  const cut = Buffer.concat([request("one"), request("two")]).subarray(0, -1);
  expect(() => apart(cut)).toThrow(RangeError);
});

test("what is sent without waiting goes as one message, up to 64 KB", async () => {
  const written: number[] = [];
  const { send } = sendTogether((message) => written.push(message.length));
  for (const bytes of [10, 20, 65_530, 70_000, 5]) send(new Uint8Array(bytes));
  await new Promise((resolve) => setImmediate(resolve));
  send(new Uint8Array(7));
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual([30, 65_530, 70_000, 5, 7]);
});
