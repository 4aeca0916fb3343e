import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { Expected } from "../storage/requests.ts";

/** Of an append, a soft delete and a tombstone alike; the generated types do not say so. */
interface Options {
  getExpectedStreamRevisionCase(): number;
  getRevision(): string;
}

const cases = streamsPb.AppendReq.Options.ExpectedStreamRevisionCase;

/** What a request expects of its stream. */
export function expectedOf(options: Options | undefined): Expected {
  switch (options?.getExpectedStreamRevisionCase()) {
    case cases.REVISION:
      return BigInt(options.getRevision());
    case cases.NO_STREAM:
      return -1n;
    case cases.STREAM_EXISTS:
      return "exists";
    default:
      return "any";
  }
}
