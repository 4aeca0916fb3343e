import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import statusPb from "@eventstore/db-client/generated/status_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Committer } from "../committer.ts";
import { isIndex } from "../feeds/index-feed.ts";
import type { Expected, WriteOutcome } from "../storage/requests.ts";
import { identifierOf, streamName, uuidBytes } from "./identifiers.ts";
import { type Gathering, gather, startGathering } from "./proposed-events.ts";

const { BatchAppendReq, BatchAppendResp } = streamsPb;

/** Appends of one call that may wait for the disk; beyond them the client is made to wait. */
const MOST_WAITING = 2_000;

interface Batch {
  readonly options: streamsPb.BatchAppendReq.Options;
  readonly gathered: Gathering;
}
type Answer = (response: streamsPb.BatchAppendResp) => void;

/** The duplex call over which a client sends all its appends; each is answered once, by its correlation id. */
export function batchAppend(
  committer: Committer,
  maxBytes: number,
): handleBidiStreamingCall<streamsPb.BatchAppendReq, streamsPb.BatchAppendResp> {
  return (call) => {
    const open = new Map<string, Batch>();
    let waiting = 0;
    call.on("error", () => {});
    call.on("end", () => call.end());
    call.on("data", (request: streamsPb.BatchAppendReq) => {
      const key = Buffer.from(uuidBytes(request.getCorrelationId()) ?? []).toString("latin1");
      const batch = open.get(key) ?? {
        options: request.getOptions() ?? new BatchAppendReq.Options(),
        gathered: startGathering(),
      };
      for (const message of request.getProposedMessagesList()) gather(batch.gathered, message, maxBytes);
      if (!request.getIsFinal()) return void open.set(key, batch);
      open.delete(key);
      if (++waiting >= MOST_WAITING) call.pause();
      void decide(committer, maxBytes, batch).then((fill) => {
        if (--waiting < MOST_WAITING && call.isPaused()) call.resume();
        const response = new BatchAppendResp().setStreamIdentifier(
          batch.options.getStreamIdentifier() ?? identifierOf(""),
        );
        const correlation = request.getCorrelationId();
        if (correlation) response.setCorrelationId(correlation);
        fill(response);
        if (!call.destroyed && call.writable) call.write(response);
      });
    });
  };
}

/** Makes an append, or refuses it; gives what the answer says. */
async function decide(committer: Committer, maxBytes: number, { options, gathered }: Batch): Promise<Answer> {
  const stream = streamName(options.getStreamIdentifier());
  const deadline = options.getDeadline()?.toDate();
  if (deadline && Date.now() > deadline.getTime()) return error("Timeout", new sharedPb.Timeout().serializeBinary());
  if (gathered.bytes > maxBytes)
    return error(
      "MaximumAppendSizeExceeded",
      new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(maxBytes).serializeBinary(),
    );
  if (stream === "") return badRequest("The stream has no name.");
  if (gathered.invalid) return badRequest(gathered.invalid.details ?? "");
  if (isIndex(stream)) return error("AccessDenied", new sharedPb.AccessDenied().serializeBinary());
  const expected = expectedOf(options);
  return answerTo(await committer.append(stream, gathered.events, expected), expected, stream);
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

function answerTo(outcome: WriteOutcome, expected: Expected, stream: string): Answer {
  switch (outcome.kind) {
    case "written": {
      const { revision, position } = outcome;
      const success = new BatchAppendResp.Success().setPosition(
        new sharedPb.AllStreamPosition().setCommitPosition(`${position}`).setPreparePosition(`${position}`),
      );
      if (revision < 0n) success.setNoStream(new emptyPb.Empty());
      else success.setCurrentRevision(`${revision}`);
      return (response) => response.setSuccess(success);
    }
    case "wrong-revision":
      return error("WrongExpectedVersion", wrongRevision(expected, outcome.actual).serializeBinary());
    case "stream-deleted":
      return error(
        "StreamDeleted",
        new sharedPb.StreamDeleted().setStreamIdentifier(identifierOf(stream)).serializeBinary(),
      );
    case "failed":
      return error("Unknown", new sharedPb.Unknown().serializeBinary(), outcome.message);
  }
}

function wrongRevision(expected: Expected, actual: bigint): sharedPb.WrongExpectedVersion {
  const wrong = new sharedPb.WrongExpectedVersion();
  if (actual < 0n) wrong.setCurrentNoStream(new emptyPb.Empty());
  else wrong.setCurrentStreamRevision(`${actual}`);
  if (expected === "exists") wrong.setExpectedStreamExists(new emptyPb.Empty());
  else if (expected === "any") wrong.setExpectedAny(new emptyPb.Empty());
  else if (expected < 0n) wrong.setExpectedNoStream(new emptyPb.Empty());
  else wrong.setExpectedStreamPosition(`${expected}`);
  return wrong;
}

const badRequest = (message: string): Answer =>
  error("BadRequest", new sharedPb.BadRequest().setMessage(message).serializeBinary(), message);

/** Clients tell errors apart by the type of the details alone; the code is google.rpc's ALREADY_EXISTS throughout. */
function error(type: string, value: Uint8Array, message = type): Answer {
  const details = new anyPb.Any();
  details.setTypeUrl(`type.googleapis.com/event_store.client.${type}`);
  details.setValue(value);
  return (response) => response.setError(new statusPb.Status().setCode(6).setMessage(message).setDetails(details));
}
