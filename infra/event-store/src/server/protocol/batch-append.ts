import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import statusPb from "@eventstore/db-client/generated/status_pb.js";
import { type handleBidiStreamingCall, Metadata } from "@grpc/grpc-js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { bytesField, putHead, putInteger, sizeOfIntegerField } from "../../protobuf/write-fields.ts";
import { TOGETHER } from "../../together.ts";
import type { Committer } from "../committer.ts";
import type { Expected, WriteOutcome } from "../storage/requests.ts";
import type { BatchAppendOptions, BatchAppendRequest } from "./batch-append-request.ts";
import { identifierOf } from "./identifiers.ts";
import { createOutgoing } from "./outgoing.ts";
import { isServersOwn } from "./own-streams.ts";
import { type Gathering, gather, startGathering } from "./proposed-events.ts";

/** Appends of one call that may wait for the disk; beyond them the client is made to wait. */
const MOST_WAITING = 2_000;

interface Batch {
  readonly options: BatchAppendOptions;
  readonly gathered: Gathering;
}
/** The field of `BatchAppendResp` that tells the outcome, and what it says. */
type Answer = readonly [field: typeof ERROR | typeof SUCCESS, message: Uint8Array];
const ERROR = 2;
const SUCCESS = 3;

const nameless: BatchAppendOptions = { stream: "", expected: "any", deadline: undefined };

/** The duplex call over which a client sends all its appends; each is answered once, by its correlation id. */
export function batchAppend(
  committer: Committer,
  maxBytes: number,
): handleBidiStreamingCall<readonly BatchAppendRequest[], Buffer> {
  return (call) => {
    const open = new Map<string, Batch>();
    const outgoing = createOutgoing(call);
    let waiting = 0;
    let isOver = false;
    if (call.metadata.get(TOGETHER).length > 0) call.sendMetadata(takesAppendsTogether);
    call.on("end", () => {
      isOver = true;
      if (waiting === 0) outgoing.end();
    });
    call.on("data", (requests: readonly BatchAppendRequest[]) => {
      for (const request of requests) take(request);
    });

    function take({ correlation, options, messages, isFinal }: BatchAppendRequest): void {
      const key = correlation.toString("latin1");
      const batch = open.get(key) ?? { options: options ?? nameless, gathered: startGathering() };
      for (const message of messages) gather(batch.gathered, message, maxBytes);
      if (!isFinal) return void open.set(key, batch);
      open.delete(key);
      if (++waiting >= MOST_WAITING) call.pause();
      void decide(committer, maxBytes, batch).then(([field, message]) => {
        if (--waiting < MOST_WAITING && call.isPaused()) call.resume();
        const identifier = bytesField(3, Buffer.from(batch.options.stream, "utf8"));
        const response = [bytesField(1, correlation), bytesField(field, message), bytesField(4, identifier)];
        outgoing.send(Buffer.concat(response));
        // A client that will append no more still hears of what it has appended.
        if (isOver && waiting === 0) outgoing.end();
      });
    }
  };
}

const takesAppendsTogether = new Metadata();
takesAppendsTogether.set(TOGETHER, "1");

/** Makes an append, or refuses it; gives what the answer says. */
async function decide(committer: Committer, maxBytes: number, { options, gathered }: Batch): Promise<Answer> {
  const { stream, expected, deadline } = options;
  if (deadline !== undefined && Date.now() > deadline)
    return error("Timeout", new sharedPb.Timeout().serializeBinary());
  if (gathered.bytes > maxBytes)
    return error(
      "MaximumAppendSizeExceeded",
      new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(maxBytes).serializeBinary(),
    );
  if (stream === "") return badRequest("The stream has no name.");
  if (gathered.invalid) return badRequest(gathered.invalid.details ?? "");
  if (isServersOwn(stream)) return error("AccessDenied", new sharedPb.AccessDenied().serializeBinary());
  return answerTo(await committer.append(stream, gathered.events, expected), expected, stream);
}

function answerTo(outcome: WriteOutcome, expected: Expected, stream: string): Answer {
  switch (outcome.kind) {
    case "written":
      return [SUCCESS, encodeSuccess(outcome.revision, outcome.position)];
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

/** `BatchAppendResp.Success`, written by hand, for it is sent so often. */
function encodeSuccess(revision: bigint, position: bigint): Buffer {
  const size = sizeOfIntegerField(position);
  const out = Buffer.allocUnsafe(sizeOfIntegerField(revision < 0n ? 0n : revision) + 2 + 2 * size);
  const at = revision < 0n ? putHead(out, 0, 2, 0) : putInteger(out, 0, 1, revision);
  putInteger(out, putInteger(out, putHead(out, at, 3, 2 * size), 1, position), 2, position);
  return out;
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
  return [ERROR, new statusPb.Status().setCode(6).setMessage(message).setDetails(details).serializeBinary()];
}
