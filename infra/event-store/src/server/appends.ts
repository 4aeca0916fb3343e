import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import statusPb from "@eventstore/db-client/generated/status_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleBidiStreamingCall, handleClientStreamingCall } from "@grpc/grpc-js";
import { status as codes, Metadata } from "@grpc/grpc-js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { AppendOutcome, Committer, Expected } from "./committer.ts";
import type { ProposedEvent } from "./storage.ts";
import { empty, identifierOf, streamName, uuidText } from "./wire.ts";

const { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } = streamsPb;

/** EventStoreDB's default of the largest append, in bytes. */
export const MAX_APPEND_BYTES = 1024 * 1024;

interface Message {
  getId(): sharedPb.UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

const proposed = (message: Message): ProposedEvent => ({
  id: uuidText(message.getId()),
  type: message.getMetadataMap().get("type") ?? "",
  contentType: message.getMetadataMap().get("content-type") ?? "application/octet-stream",
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

const size = (events: readonly ProposedEvent[]) =>
  events.reduce((bytes, { data, metadata }) => bytes + data.length + metadata.length, 0);

/** The duplex call over which a client sends all its appends; each is answered by its correlation id. */
export function batchAppend(
  committer: Committer,
  maxBytes: number,
): handleBidiStreamingCall<streamsPb.BatchAppendReq, streamsPb.BatchAppendResp> {
  return (call) => {
    const open = new Map<string, { options: streamsPb.BatchAppendReq.Options; events: ProposedEvent[] }>();
    call.on("data", (request: streamsPb.BatchAppendReq) => {
      const id = uuidText(request.getCorrelationId());
      const options = request.getOptions();
      const batch = open.get(id) ?? { options: options ?? new BatchAppendReq.Options(), events: [] };
      for (const message of request.getProposedMessagesList()) batch.events.push(proposed(message));
      if (!request.getIsFinal()) return void open.set(id, batch);
      open.delete(id);
      const stream = streamName(batch.options.getStreamIdentifier());
      const expected = expectedOf(batch.options);
      const answer = (fill: (response: streamsPb.BatchAppendResp) => void) => {
        const response = new BatchAppendResp();
        const correlation = request.getCorrelationId();
        if (correlation) response.setCorrelationId(correlation);
        response.setStreamIdentifier(identifierOf(stream));
        fill(response);
        if (!call.destroyed && call.writable) call.write(response);
      };
      if (size(batch.events) > maxBytes)
        return answer((response) =>
          response.setError(
            failure(
              "event_store.client.MaximumAppendSizeExceeded",
              new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(maxBytes).serializeBinary(),
            ),
          ),
        );
      void committer
        .append(stream, batch.events, expected)
        .then((outcome) => answer((response) => fillBatch(response, outcome, expected)));
    });
    call.on("end", () => call.end());
    call.on("error", () => {});
  };
}

function expectedOf(options: streamsPb.BatchAppendReq.Options): Expected {
  const cases = BatchAppendReq.Options.ExpectedStreamPositionCase;
  switch (options.getExpectedStreamPositionCase()) {
    case cases.STREAM_POSITION:
      return BigInt(options.getStreamPosition());
    case cases.NO_STREAM:
      return -1n;
    case cases.STREAM_EXISTS:
      return "exists";
    default:
      return "any";
  }
}

function fillBatch(response: streamsPb.BatchAppendResp, outcome: AppendOutcome, expected: Expected): void {
  switch (outcome.kind) {
    case "appended":
      response.setSuccess(
        new BatchAppendResp.Success()
          .setCurrentRevision(outcome.revision.toString())
          .setPosition(
            new sharedPb.AllStreamPosition()
              .setCommitPosition(outcome.position.toString())
              .setPreparePosition(outcome.position.toString()),
          ),
      );
      return;
    case "wrong-revision": {
      const wrong = new sharedPb.WrongExpectedVersion();
      if (outcome.actual < 0n) wrong.setCurrentNoStream(new emptyPb.Empty());
      else wrong.setCurrentStreamRevision(outcome.actual.toString());
      if (expected === "exists") wrong.setExpectedStreamExists(new emptyPb.Empty());
      else if (expected === "any") wrong.setExpectedAny(new emptyPb.Empty());
      else if (expected < 0n) wrong.setExpectedNoStream(new emptyPb.Empty());
      else wrong.setExpectedStreamPosition(expected.toString());
      response.setError(failure("event_store.client.WrongExpectedVersion", wrong.serializeBinary()));
      return;
    }
    case "failed":
      response.setError(failure("event_store.client.Unknown", new Uint8Array()).setMessage(outcome.error.message));
  }
}

function failure(type: string, value: Uint8Array): statusPb.Status {
  const details = new anyPb.Any();
  details.setTypeUrl(`type.googleapis.com/${type}`);
  details.setValue(value);
  const status = new statusPb.Status();
  status.setCode(6);
  status.setDetails(details);
  return status;
}

/** One append as a call of its own: what the client falls back to. */
export function append(
  committer: Committer,
  maxBytes: number,
): handleClientStreamingCall<streamsPb.AppendReq, streamsPb.AppendResp> {
  return (call, callback) => {
    let options = new AppendReq.Options();
    const events: ProposedEvent[] = [];
    call.on("data", (request: streamsPb.AppendReq) => {
      options = request.getOptions() ?? options;
      const message = request.getProposedMessage();
      if (message) events.push(proposed(message));
    });
    call.on("error", () => {});
    call.on("end", async () => {
      if (size(events) > maxBytes) {
        const metadata = new Metadata();
        metadata.set("exception", "maximum-append-size-exceeded");
        metadata.set("maximum-append-size", String(maxBytes));
        return callback({ code: codes.INVALID_ARGUMENT, details: "the append is too large", metadata });
      }
      const cases = AppendReq.Options.ExpectedStreamRevisionCase;
      const form = options.getExpectedStreamRevisionCase();
      const expected: Expected =
        form === cases.REVISION
          ? BigInt(options.getRevision())
          : form === cases.NO_STREAM
            ? -1n
            : form === cases.STREAM_EXISTS
              ? "exists"
              : "any";
      const outcome = await committer.append(streamName(options.getStreamIdentifier()), events, expected);
      if (outcome.kind === "failed") return callback({ code: codes.INTERNAL, details: outcome.error.message });
      const response = new AppendResp();
      if (outcome.kind === "appended") {
        const position = new AppendResp.Position()
          .setCommitPosition(outcome.position.toString())
          .setPreparePosition(outcome.position.toString());
        response.setSuccess(
          new AppendResp.Success().setCurrentRevision(outcome.revision.toString()).setPosition(position),
        );
      } else {
        const wrong = new AppendResp.WrongExpectedVersion();
        if (outcome.actual < 0n) wrong.setCurrentNoStream(empty());
        else wrong.setCurrentRevision(outcome.actual.toString());
        if (expected === "exists") wrong.setExpectedStreamExists(empty());
        else if (expected === "any") wrong.setExpectedAny(empty());
        else if (expected < 0n) wrong.setExpectedNoStream(empty());
        else wrong.setExpectedRevision(expected.toString());
        response.setWrongExpectedVersion(wrong);
      }
      callback(null, response);
    });
  };
}
