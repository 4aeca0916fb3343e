import { randomUUID } from "node:crypto";
import features from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import featuresPb from "@eventstore/db-client/generated/serverfeatures_pb.js";
import shared from "@eventstore/db-client/generated/shared_pb.js";
import streams from "@eventstore/db-client/generated/streams_grpc_pb.js";
import pb from "@eventstore/db-client/generated/streams_pb.js";
import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type MethodDefinition,
  Server,
  ServerCredentials,
} from "@grpc/grpc-js";
import { type Sizes, STREAM, someData } from "./sizes.ts";

// The limit of what a server of EventStoreDB's protocol can be on Node: it takes what it is sent, keeps nothing,
// acknowledges at once, and answers every read with the same messages, which it encoded when it started.

const { count, bytes } = JSON.parse(process.argv[2] ?? "{}") as Sizes;

const acknowledge: handleBidiStreamingCall<pb.BatchAppendReq, pb.BatchAppendResp> = (call) => {
  let events = 0;
  call.on("error", () => {});
  call.on("end", () => call.end());
  call.on("data", (request: pb.BatchAppendReq) => {
    events += request.getProposedMessagesList().length;
    if (!request.getIsFinal()) return;
    const options = request.getOptions();
    const before = options?.hasStreamPosition() ? Number(options.getStreamPosition()) : -1;
    const position = new shared.AllStreamPosition().setCommitPosition("1").setPreparePosition("1");
    call.write(
      new pb.BatchAppendResp()
        .setStreamIdentifier(options?.getStreamIdentifier())
        .setCorrelationId(request.getCorrelationId())
        .setSuccess(new pb.BatchAppendResp.Success().setCurrentRevision(`${before + events}`).setPosition(position)),
    );
    events = 0;
  });
};

const messages = Array.from({ length: count }, (_, index) => encodedEvent(index));
const confirmation = encoded(
  new pb.ReadResp().setConfirmation(new pb.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID())),
);

/** So many messages may wait for the client. */
const AHEAD = 256;

const answer: handleServerStreamingCall<pb.ReadReq, Buffer> = async (call) => {
  call.on("error", () => {});
  const following = call.request.getOptions()?.hasSubscription() ?? false;
  if (following) call.write(confirmation);
  let wake = () => {};
  call.on("drain", () => wake()).on("cancelled", () => wake());
  for (const message of messages) {
    if (call.cancelled) return;
    if (!call.write(message) && call.writableLength > AHEAD)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  if (!following) call.end();
};

function encodedEvent(index: number): Buffer {
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(STREAM).toString("base64"));
  const record = new pb.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(randomUUID()))
    .setStreamIdentifier(identifier)
    .setStreamRevision(`${index}`)
    .setCommitPosition(`${index}`)
    .setPreparePosition(`${index}`)
    .setData(Buffer.from(JSON.stringify(someData(bytes))).toString("base64"));
  record.getMetadataMap().set("type", "Measured").set("content-type", "application/json");
  record.getMetadataMap().set("created", `${Date.now() * 10_000}`);
  return encoded(
    new pb.ReadResp().setEvent(new pb.ReadResp.ReadEvent().setEvent(record).setCommitPosition(`${index}`)),
  );
}

function encoded(message: pb.ReadResp): Buffer {
  return Buffer.from(message.serializeBinary());
}

const server = new Server();
const { read } = streams.StreamsService as unknown as { read: MethodDefinition<pb.ReadReq, Buffer> };
const service = { ...streams.StreamsService, read: { ...read, responseSerialize: (message: Buffer) => message } };
server.addService(service, { batchAppend: acknowledge, read: answer });
server.addService(features.ServerFeaturesService, {
  getSupportedMethods: (_: unknown, callback: (error: null, response: featuresPb.SupportedMethods) => void) => {
    const method = new featuresPb.SupportedMethod()
      .setServiceName("event_store.client.streams.streams")
      .setMethodName("batchappend");
    callback(null, new featuresPb.SupportedMethods().setMethodsList([method]).setEventStoreServerVersion("24.10.0"));
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`ready at esdb://127.0.0.1:${port}?tls=false\n`);
});
