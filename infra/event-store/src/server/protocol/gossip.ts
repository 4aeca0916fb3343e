import { randomUUID } from "node:crypto";
import gossipPb from "@eventstore/db-client/generated/gossip_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import type { handleUnaryCall } from "@grpc/grpc-js";

const instance = new sharedPb.UUID().setString(randomUUID());

/** The cluster as clients discover it: one node, which leads, at the address by which the client found it. */
export const gossip: handleUnaryCall<unknown, gossipPb.ClusterInfo> = (call, callback) => {
  const { hostname, port } = new URL(`http://${call.getHost()}`);
  const member = new gossipPb.MemberInfo()
    .setInstanceId(instance)
    .setTimeStamp(`${BigInt(Date.now()) * 10_000n}`)
    .setState(gossipPb.MemberInfo.VNodeState.LEADER)
    .setIsAlive(true)
    .setHttpEndPoint(new gossipPb.EndPoint().setAddress(hostname).setPort(Number(port || 80)));
  callback(null, new gossipPb.ClusterInfo().setMembersList([member]));
};
