import { readFileSync } from "node:fs";
import gossipGrpc from "@eventstore/db-client/generated/gossip_grpc_pb.js";
import projectionsGrpc from "@eventstore/db-client/generated/projections_grpc_pb.js";
import featuresGrpc from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import streamsGrpc from "@eventstore/db-client/generated/streams_grpc_pb.js";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { createCommitter } from "./committer.ts";
import { createTail } from "./feeds/tail.ts";
import { initialize } from "./initialize.ts";
import { append } from "./protocol/append.ts";
import { authenticated, defaultPasswords } from "./protocol/authentication.ts";
import { batchAppend } from "./protocol/batch-append.ts";
import { softDelete, tombstone } from "./protocol/delete.ts";
import { gossip } from "./protocol/gossip.ts";
import { enableProjection, projectionStatistics } from "./protocol/projections.ts";
import { read } from "./protocol/read.ts";
import { getSupportedMethods } from "./protocol/server-features.ts";
import { subjectOf } from "./storage/event.ts";
import { openStorage } from "./storage/storage.ts";

export interface EventStoreServerOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** `127.0.0.1` unless told. */
  readonly host?: string;
  /** Where the events are kept; made if it is not there. Either this or `inMemory`. */
  readonly dataDir?: string;
  readonly inMemory?: boolean;
  /** Files in PEM. Without them the connection is not encrypted. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /**
   * Users and their passwords: with them a call must name one. Without them it need not, but one that names a user other
   * than `admin` with the password `changeit` is refused.
   */
  readonly users?: Readonly<Record<string, string>>;
  /** The largest append, in bytes: 1 MiB unless told. */
  readonly maxAppendBytes?: number;
}

export interface EventStoreServer {
  readonly port: number;
  /** What a client connects with, without credentials. */
  readonly connectionString: string;
  /** Comes true if the store fails for good, with why: then every write fails, and the process should end. */
  readonly died: Promise<Error>;
  /** Answers what it has been asked to write, drops every call and closes the file. */
  close(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Serves EventStoreDB's gRPC protocol. Throws `EventStoreDataError` when the data cannot be used, and an `Error` when the
 * port is taken.
 */
export async function startEventStoreServer(options: EventStoreServerOptions): Promise<EventStoreServer> {
  const { host = "127.0.0.1", maxAppendBytes = MEBIBYTE } = options;
  if (!options.inMemory && options.dataDir === undefined)
    throw new Error("name the folder of the data, or ask for memory");
  const credentials = credentialsOf(options.tls);
  const storage = openStorage(options.inMemory ? undefined : options.dataDir);
  const { reader } = storage;
  const tail = createTail(reader);
  const committer = createCommitter(storage.write, (requests) => {
    for (const { stream } of requests) reader.forgetLimits(subjectOf(stream));
    tail.extend();
  });
  const users = { passwords: options.users ?? defaultPasswords, required: options.users !== undefined };
  const node = { host, port: options.port };

  const server = new Server({ "grpc.max_receive_message_length": maxAppendBytes + 16 * MEBIBYTE });
  const streams = { ...streamsGrpc.StreamsService };
  // Answers to reads come encoded.
  const encoded = {
    ...streams,
    read: { ...streams.read, responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes) },
  };
  server.addService(
    encoded,
    authenticated(
      {
        read: read(reader, tail),
        append: append(committer, maxAppendBytes),
        batchAppend: batchAppend(committer, maxAppendBytes),
        delete: softDelete(committer),
        tombstone: tombstone(committer),
      },
      users,
    ),
  );
  server.addService(
    projectionsGrpc.ProjectionsService,
    authenticated({ enable: enableProjection, statistics: projectionStatistics }, users),
  );
  server.addService(gossipGrpc.GossipService, { read: gossip(node) });
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: getSupportedMethods([
      { service: streams, methods: ["read", "append", "batchAppend", "delete", "tombstone"] },
      { service: projectionsGrpc.ProjectionsService, methods: ["enable", "statistics"] },
    ]),
  });

  try {
    await initialize(reader, committer);
    node.port = await bind(server, `${host}:${options.port}`, credentials);
  } catch (error) {
    await storage.close();
    throw error;
  }
  return {
    port: node.port,
    connectionString: `esdb://${host}:${node.port}?tls=${options.tls !== undefined}`,
    died: storage.died,
    async close() {
      await committer.idle();
      server.forceShutdown();
      await storage.close();
    },
  };
}

const bind = (server: Server, address: string, credentials: ServerCredentials): Promise<number> =>
  new Promise((resolve, reject) =>
    server.bindAsync(address, credentials, (error, port) => (error ? reject(error) : resolve(port))),
  );

function credentialsOf(tls: EventStoreServerOptions["tls"]): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(null, [
    { cert_chain: readFileSync(tls.certificate), private_key: readFileSync(tls.key) },
  ]);
}
