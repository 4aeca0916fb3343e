import { convertToCommandError, type EventStoreDBClient } from "@eventstore/db-client";
import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { Client } from "@grpc/grpc-js";
import { TOGETHER } from "../together.ts";
import { asIs, callMakingOf, STREAMS } from "./call-making.ts";
import type { ReadMessage } from "./decode-read.ts";

/**
 * Reads, a page or a subscription, until the answer ends; gives whatever has come since it was asked last. The server
 * waits while the consumer does. Whatever way the iteration is left, the call is over then; an abort ends it.
 * @throws the client's own errors. A stream that does not exist has no events.
 */
export async function* readCall<Event>(
  client: EventStoreDBClient,
  request: streamsPb.ReadReq,
  decode: (bytes: Buffer) => readonly ReadMessage<Event>[],
  { deadlineMs = Number.POSITIVE_INFINITY, signal }: { deadlineMs?: number; signal?: AbortSignal },
): AsyncGenerator<readonly ReadMessage<Event>[], void, undefined> {
  const making = callMakingOf(client);
  const bytes = Buffer.from(request.serializeBinary());
  const [metadata, options] = making.callArguments({}, { deadline: Date.now() + deadlineMs });
  metadata.set(TOGETHER, "1");
  const call = await making.GRPCStreamCreator(Client, "read", (client) =>
    client.makeServerStreamRequest(`${STREAMS}/Read`, asIs, decode, bytes, metadata, options),
  )();
  let failure: Error | undefined;
  let isOver = false;
  let wake = () => {};
  const end = (error?: Error) => {
    isOver = true;
    failure ??= error;
    wake();
  };
  const abort = () => end();
  call.on("readable", () => wake()).on("end", abort);
  call.on("error", end);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    while (!signal?.aborted) {
      const messages: ReadMessage<Event>[] = [];
      for (let answers = call.read(); answers !== null; answers = call.read()) messages.push(...answers);
      if (messages.length > 0) yield messages;
      else if (failure) throw convertToCommandError(failure);
      else if (isOver) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    call.cancel();
  }
}
