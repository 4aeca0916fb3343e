import type { Duplex, Readable } from "node:stream";
import type { EventStoreDBClient } from "@eventstore/db-client";
import type { CallOptions, Client, Metadata } from "@grpc/grpc-js";

/**
 * What the client makes its own calls with: on its one connection, found anew after each loss, with its credentials.
 * Its types hide these; it has no other way to make a call whose messages are written and read by us.
 */
interface CallMaking {
  GRPCStreamCreator<Call extends Readable | Duplex>(
    type: typeof Client,
    name: string,
    open: (client: Client) => Call,
    /** Where the call is one for all uses of a connection. */
    cache?: WeakMap<Client, Call>,
  ): () => Promise<Call>;
  callArguments(options: object, callOptions: CallOptions): [Metadata, CallOptions];
}

export const callMakingOf = (client: EventStoreDBClient): CallMaking => client as unknown as CallMaking;

export const STREAMS = "/event_store.client.streams.Streams";

/** Messages are bytes when they come to gRPC. */
export const asIs = (bytes: Buffer): Buffer => bytes;
