import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleServerStreamingCall } from "@grpc/grpc-js";
import type { Tail } from "../feeds/tail.ts";
import type { Reader } from "../storage/reader.ts";
import { encodeEntry } from "./encode-event.ts";
import { streamDeleted } from "./failures.ts";
import { identifierOf } from "./identifiers.ts";
import { createOutgoing, type Outgoing } from "./outgoing.ts";
import { type ReadRequest, readRequest } from "./read-request.ts";
import { subscribe } from "./subscribe.ts";

const { ReadReq, ReadResp } = streamsPb;

const PAGE = 200;

/** Reads and subscriptions, of a stream, of an index and of `$all`. Answers are encoded already. */
export function read(reader: Reader, tail: Tail): handleServerStreamingCall<streamsPb.ReadReq, Uint8Array> {
  return (call) => {
    const outgoing = createOutgoing(call);
    const work = async () => {
      const options = call.request.getOptions() ?? new ReadReq.Options();
      const request = readRequest(options, reader);
      if (request.feed.state() === "deleted") throw streamDeleted(request.source);
      if (options.hasSubscription()) await subscribe(request, tail, outgoing);
      else await readOnce(request, outgoing);
    };
    work().then(() => outgoing.end(), outgoing.end);
  };
}

async function readOnce({ feed, source, direction, ...request }: ReadRequest, outgoing: Outgoing): Promise<void> {
  if (feed.state() === "not-found") {
    const missing = new ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(source));
    outgoing.send(new ReadResp().setStreamNotFound(missing).serializeBinary());
    return;
  }
  let left = request.count;
  let { from } = request;
  while (left > 0 && from >= 0n && !outgoing.gone) {
    const page = feed.page(from, direction, Math.min(PAGE, left));
    for (const entry of page.entries) {
      outgoing.send(encodeEntry(entry, request.structuredIds));
      if (outgoing.full) await outgoing.drained();
    }
    if (page.end) return;
    left -= page.entries.length;
    from = page.next;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
