import gossipGrpc from "@eventstore/db-client/generated/gossip_grpc_pb.js";
import monitoringGrpc from "@eventstore/db-client/generated/monitoring_grpc_pb.js";
import operationsGrpc from "@eventstore/db-client/generated/operations_grpc_pb.js";
import persistentGrpc from "@eventstore/db-client/generated/persistent_grpc_pb.js";
import projectionsGrpc from "@eventstore/db-client/generated/projections_grpc_pb.js";
import featuresGrpc from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import streamsGrpc from "@eventstore/db-client/generated/streams_grpc_pb.js";
import { type MethodDefinition, Server, type ServiceDefinition } from "@grpc/grpc-js";
import { apart } from "../../together.ts";
import type { Committer } from "../committer.ts";
import type { Tail } from "../feeds/tail.ts";
import type { Groups } from "../persistent/groups.ts";
import { readPersistent } from "../persistent/read.ts";
import { persistentSubscriptions } from "../persistent/service.ts";
import type { Reader } from "../storage/reader.ts";
import { append } from "./append.ts";
import { authenticated, type Users } from "./authentication.ts";
import { batchAppend } from "./batch-append.ts";
import { decodeBatchAppend } from "./batch-append-request.ts";
import { softDelete, tombstone } from "./delete.ts";
import { gossip } from "./gossip.ts";
import { statistics } from "./monitoring.ts";
import { operations } from "./operations.ts";
import { projections } from "./projections.ts";
import { read } from "./read.ts";
import { getSupportedMethods, type Offer } from "./server-features.ts";
import { writeAhead } from "./write-ahead.ts";

interface Store {
  readonly reader: Reader;
  readonly tail: Tail;
  readonly committer: Committer;
  readonly groups: Groups;
  readonly users: Users;
  readonly maxAppendBytes: number;
  /** A client asks that the server ends. */
  readonly endServer: () => void;
}

/** The client sends an append of several megabytes in chunks of three, and an event whole. */
const CHUNK_BYTES = 16 * 1024 * 1024;

/** EventStoreDB's services, as far as clients need them. Whatever else is called is answered UNIMPLEMENTED. */
export function createServices(store: Store): Server {
  const { reader, tail, committer, groups, users, maxAppendBytes, endServer } = store;
  const server = new Server({
    interceptors: [writeAhead],
    "grpc.max_receive_message_length": maxAppendBytes + CHUNK_BYTES,
  });
  const streams = withDecodedAppends(withEncoded("batchAppend", withEncoded("read", streamsGrpc.StreamsService)));
  const persistent = withEncoded("read", persistentGrpc.PersistentSubscriptionsService);
  const streamMethods = {
    read: read(reader, tail),
    append: append(committer, maxAppendBytes),
    batchAppend: batchAppend(committer, maxAppendBytes),
    delete: softDelete(committer),
    tombstone: tombstone(committer),
  };
  const persistentMethods = { ...persistentSubscriptions(groups, reader), read: readPersistent(groups, users) };
  const offers: Offer[] = [
    { service: streams, methods: streamMethods },
    // Without these features clients would look for them in the HTTP interface of older servers.
    { service: persistent, methods: persistentMethods, features: ["stream", "all"] },
    { service: projectionsGrpc.ProjectionsService, methods: projections },
    { service: operationsGrpc.OperationsService, methods: operations(groups, endServer) },
    { service: monitoringGrpc.MonitoringService, methods: { stats: statistics(reader) } },
  ];
  for (const { service, methods } of offers) server.addService(service, authenticated(methods, users));

  // Clients ask these two before they have shown who they are.
  server.addService(gossipGrpc.GossipService, { read: gossip });
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: getSupportedMethods(offers),
  });
  return server;
}

/** A service one of whose methods answers with what is encoded already. */
function withEncoded(name: string, service: ServiceDefinition): ServiceDefinition {
  return { ...service, [name]: { ...methodOf(service, name), responseSerialize: bufferOver } };
}

function withDecodedAppends(service: ServiceDefinition): ServiceDefinition {
  const requestDeserialize = (bytes: Buffer) => apart(bytes).map(decodeBatchAppend);
  return { ...service, batchAppend: { ...methodOf(service, "batchAppend"), requestDeserialize } };
}

function methodOf(service: ServiceDefinition, name: string): MethodDefinition<unknown, unknown> {
  const method = service[name];
  if (!method) throw new Error(`the service has no ${name}`);
  return method;
}

const bufferOver = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
