import { convertToCommandError, type EventStoreDBClient } from "@eventstore/db-client";
import unpack from "@eventstore/db-client/dist/streams/appendToStream/unpackError.js";
import type statusPb from "@eventstore/db-client/generated/status_pb.js";
import { Client, type ClientDuplexStream, type Metadata } from "@grpc/grpc-js";
import { apart, sendTogether, TOGETHER } from "../together.ts";
import type { Appended, NewEvent } from "../types.ts";
import { asIs, callMakingOf, STREAMS } from "./call-making.ts";
import { type AppendAnswer, decodeAppendAnswer } from "./decode-append.ts";
import { encodeAppend } from "./encode-append.ts";

/** Makes appends on one call for all of them, opened anew after each loss. @throws the client's own errors. */
export type AppendCall = (
  stream: string,
  events: readonly NewEvent[],
  expected: bigint | "no_stream",
  deadlineMs: number,
) => Promise<Appended>;

type Call = ClientDuplexStream<Buffer, readonly AppendAnswer[]>;

interface OpenCall {
  /** Those that are not answered yet, by their numbers. */
  readonly appends: Map<bigint, Waiting>;
  write: (part: Buffer) => void;
}

interface Waiting {
  readonly stream: string;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

export function createAppendCall(client: EventStoreDBClient): AppendCall {
  const making = callMakingOf(client);
  const open = new WeakMap<Call, OpenCall>();
  let count = 0n;

  function begin(client: Client): Call {
    const [metadata, options] = making.callArguments({}, { deadline: Number.POSITIVE_INFINITY });
    metadata.set(TOGETHER, "1");
    const call = client.makeBidiStreamRequest(`${STREAMS}/BatchAppend`, asIs, answersIn, metadata, options);
    const appends = new Map<bigint, Waiting>();
    const writeAlone = (part: Buffer) => void call.write(part);
    const opened: OpenCall = { appends, write: writeAlone };
    open.set(call, opened);
    call.on("metadata", (metadata: Metadata) => {
      if (metadata.get(TOGETHER).length > 0) opened.write = sendTogether(writeAlone).send;
    });
    call.on("data", (answers: readonly AppendAnswer[]) => {
      for (const { correlation, appended, status } of answers) {
        const append = appends.get(correlation);
        appends.delete(correlation);
        if (appended) append?.resolve(appended);
        else append?.reject(errorOf(status(), append.stream));
      }
    });
    const fail = (error: Error) => {
      for (const { reject } of appends.values()) reject(error);
      appends.clear();
    };
    call.on("error", (error) => fail(convertToCommandError(error)));
    call.on("end", () => fail(new Error("the server ended the call of the appends")));
    return call;
  }
  const calls = new WeakMap<Client, Call>();
  const current = making.GRPCStreamCreator(Client, "append", begin, calls);

  return async (stream, events, expected, deadlineMs) => {
    const call = await current();
    const correlation = ++count;
    return new Promise((resolve, reject) => {
      const opened = open.get(call);
      opened?.appends.set(correlation, { stream, resolve, reject });
      for (const part of encodeAppend(correlation, stream, events, expected, Date.now() + deadlineMs))
        opened?.write(part);
    });
  };
}

const answersIn = (bytes: Buffer): readonly AppendAnswer[] => apart(bytes).map(decodeAppendAnswer);

const errorOf = (status: statusPb.Status | undefined, stream: string): Error =>
  status ? unpack.unpackToCommandError(status, stream) : new Error(`the append to ${stream} was answered by nothing`);
