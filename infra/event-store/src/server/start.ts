import { randomUUID } from "node:crypto";
import gossipGrpc from "@eventstore/db-client/generated/gossip_grpc_pb.js";
import gossipPb from "@eventstore/db-client/generated/gossip_pb.js";
import featuresGrpc from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import featuresPb from "@eventstore/db-client/generated/serverfeatures_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsGrpc from "@eventstore/db-client/generated/streams_grpc_pb.js";
import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import { append, batchAppend, MAX_APPEND_BYTES } from "./appends.ts";
import { createCommitter } from "./committer.ts";
import { read } from "./reads.ts";
import { openStorage } from "./storage.ts";

export interface EventStoreServerOptions {
  /** 0 takes any free one. */
  readonly port: number;
  readonly host?: string;
  readonly dataDir?: string;
  readonly inMemory?: boolean;
}

export interface EventStoreServer {
  readonly port: number;
  /** What a client connects with. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** EventStoreDB's gRPC protocol over SQLite. Throws when the port is taken or the data cannot be opened. */
export async function startEventStoreServer({
  port,
  host = "127.0.0.1",
  dataDir,
  inMemory,
}: EventStoreServerOptions): Promise<EventStoreServer> {
  if (!inMemory && dataDir === undefined) throw new Error("name the folder of the data, or ask for memory");
  const storage = openStorage(inMemory ? undefined : dataDir);
  const committer = createCommitter(storage);
  if (storage.lastPosition() === 0n)
    await committer.append(
      "$projections-$all",
      [
        {
          id: randomUUID(),
          type: "$ProjectionsInitialized",
          contentType: "application/octet-stream",
          data: new Uint8Array(),
          metadata: new Uint8Array(),
        },
      ],
      -1n,
    );

  const server = new Server({ "grpc.max_receive_message_length": 64 * 1024 * 1024 });
  server.addService(streamsGrpc.StreamsService, {
    read: read(storage, committer),
    append: append(committer, MAX_APPEND_BYTES),
    batchAppend: batchAppend(committer, MAX_APPEND_BYTES),
  });
  server.addService(featuresGrpc.ServerFeaturesService, { getSupportedMethods });
  const bound = { port };
  server.addService(gossipGrpc.GossipService, { read: gossip(host, bound) });
  bound.port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, actual) =>
      error ? reject(error) : resolve(actual),
    ),
  );
  return {
    port: bound.port,
    connectionString: `esdb://${host}:${bound.port}?tls=false`,
    async close() {
      server.forceShutdown();
      storage.close();
    },
  };
}

const methods = ["read", "append", "batchappend"];

const getSupportedMethods: handleUnaryCall<unknown, featuresPb.SupportedMethods> = (_, callback) => {
  const list = methods.map((name) =>
    new featuresPb.SupportedMethod().setMethodName(name).setServiceName("event_store.client.streams.streams"),
  );
  callback(null, new featuresPb.SupportedMethods().setMethodsList(list).setEventStoreServerVersion("24.10.0"));
};

const gossip =
  (host: string, bound: { port: number }): handleUnaryCall<unknown, gossipPb.ClusterInfo> =>
  (_, callback) => {
    const member = new gossipPb.MemberInfo()
      .setInstanceId(new sharedPb.UUID().setString(randomUUID()))
      .setState(gossipPb.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossipPb.EndPoint().setAddress(host).setPort(bound.port));
    callback(null, new gossipPb.ClusterInfo().setMembersList([member]));
  };
