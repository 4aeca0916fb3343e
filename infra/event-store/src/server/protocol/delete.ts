import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleUnaryCall } from "@grpc/grpc-js";
import type { Committer } from "../committer.ts";
import { isMetastream } from "../storage/event.ts";
import type { Expected } from "../storage/requests.ts";
import { expectedOf } from "./expected.ts";
import { accessDenied, internal, invalidArgument, streamDeleted, wrongExpectedVersion } from "./failures.ts";
import { streamName } from "./identifiers.ts";
import { isServersOwn } from "./own-streams.ts";

const { DeleteResp, TombstoneResp } = streamsPb;

/** What a soft delete and a tombstone have in common; the generated types do not say so. */
type Request = streamsPb.DeleteReq | streamsPb.TombstoneReq;
type Response = streamsPb.DeleteResp | streamsPb.TombstoneResp;

/** Hides what is in the stream; whoever appends to it later goes on with the numbers. */
export const softDelete = (committer: Committer): handleUnaryCall<Request, Response> =>
  removal(committer, "delete", (position) =>
    new DeleteResp().setPosition(new DeleteResp.Position().setCommitPosition(position).setPreparePosition(position)),
  );

/** Closes the stream for good. */
export const tombstone = (committer: Committer): handleUnaryCall<Request, Response> =>
  removal(committer, "tombstone", (position) =>
    new TombstoneResp().setPosition(
      new TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position),
    ),
  );

function removal(
  committer: Committer,
  kind: "delete" | "tombstone",
  respond: (position: string) => Response,
): handleUnaryCall<Request, Response> {
  return async ({ request }, callback) => {
    const options = request.getOptions();
    const stream = streamName(options?.getStreamIdentifier());
    if (stream === "") return callback(invalidArgument("The stream has no name."));
    if (isServersOwn(stream) || isMetastream(stream)) return callback(accessDenied(`${stream} cannot be deleted.`));
    const expected = expectedOf(options);
    const outcome = await committer.commit({ kind, stream, expected });
    switch (outcome.kind) {
      case "written":
        return callback(null, respond(`${outcome.position}`));
      case "wrong-revision":
        return callback(wrongExpectedVersion(stream, versionOf(expected), outcome.actual));
      case "stream-deleted":
        return callback(streamDeleted(stream));
      case "failed":
        return callback(internal(outcome.message));
    }
  };
}

/** EventStoreDB's numbers for what is not a revision. */
const versionOf = (expected: Expected): bigint => (expected === "any" ? -2n : expected === "exists" ? -4n : expected);
