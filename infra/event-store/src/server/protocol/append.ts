import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleClientStreamingCall } from "@grpc/grpc-js";
import type { Committer } from "../committer.ts";
import type { Expected } from "../storage/requests.ts";
import { expectedOf } from "./expected.ts";
import {
  accessDenied,
  deadlineExceeded,
  internal,
  invalidArgument,
  maximumAppendSizeExceeded,
  streamDeleted,
} from "./failures.ts";
import { empty, streamName, uuidBytes } from "./identifiers.ts";
import { isServersOwn } from "./own-streams.ts";
import { gather, type ProposedMessage, startGathering } from "./proposed-events.ts";

const { AppendReq, AppendResp } = streamsPb;

/** One append as a call of its own. Clients use it when they send credentials with the call. */
export function append(
  committer: Committer,
  maxBytes: number,
): handleClientStreamingCall<streamsPb.AppendReq, streamsPb.AppendResp> {
  return (call, callback) => {
    let options = new AppendReq.Options();
    const gathered = startGathering();
    let answered = false;
    const answer: typeof callback = (error, response) => {
      if (!answered) callback(error, response);
      answered = true;
    };
    call.on("error", () => {});
    call.on("data", (request: streamsPb.AppendReq) => {
      options = request.getOptions() ?? options;
      const message = request.getProposedMessage();
      if (answered || !message) return;
      gather(gathered, proposed(message), maxBytes);
      // An append need not ever end: what is too large already is refused now.
      if (gathered.bytes > maxBytes) answer(maximumAppendSizeExceeded(maxBytes));
    });
    call.on("end", async () => {
      if (answered) return;
      const stream = streamName(options.getStreamIdentifier());
      if (stream === "") return answer(invalidArgument("The stream has no name."));
      if (isServersOwn(stream))
        return answer(accessDenied(`${stream} is the server's own: nothing is appended to it.`));
      if (gathered.invalid) return answer(gathered.invalid);
      if (call.cancelled) return answer(deadlineExceeded());
      const expected = expectedOf(options);
      const outcome = await committer.append(stream, gathered.events, expected);
      switch (outcome.kind) {
        case "written":
          return answer(null, written(outcome.revision, outcome.position));
        case "wrong-revision":
          return answer(null, wrongRevision(expected, outcome.actual));
        case "stream-deleted":
          return answer(streamDeleted(stream));
        case "failed":
          return answer(internal(outcome.message));
      }
    });
  };
}

function proposed(message: streamsPb.AppendReq.ProposedMessage): ProposedMessage {
  const metadata = message.getMetadataMap();
  return {
    id: uuidBytes(message.getId()),
    type: metadata.get("type"),
    contentType: metadata.get("content-type"),
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

function written(revision: bigint, position: bigint): streamsPb.AppendResp {
  const success = new AppendResp.Success().setPosition(
    new AppendResp.Position().setCommitPosition(`${position}`).setPreparePosition(`${position}`),
  );
  if (revision < 0n) success.setNoStream(empty());
  else success.setCurrentRevision(`${revision}`);
  return new AppendResp().setSuccess(success);
}

function wrongRevision(expected: Expected, actual: bigint): streamsPb.AppendResp {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (actual < 0n) wrong.setCurrentNoStream(empty());
  else wrong.setCurrentRevision(`${actual}`);
  if (expected === "exists") wrong.setExpectedStreamExists(empty());
  else if (expected === "any") wrong.setExpectedAny(empty());
  else if (expected < 0n) wrong.setExpectedNoStream(empty());
  else wrong.setExpectedRevision(`${expected}`);
  return new AppendResp().setWrongExpectedVersion(wrong);
}
