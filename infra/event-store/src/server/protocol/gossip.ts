import { randomUUID } from "node:crypto";
import gossipPb from "@eventstore/db-client/generated/gossip_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import type { handleUnaryCall } from "@grpc/grpc-js";

/** The cluster as clients discover it: one node, which leads. */
export function gossip(node: { host: string; port: number }): handleUnaryCall<unknown, gossipPb.ClusterInfo> {
  const instance = new sharedPb.UUID().setString(randomUUID());
  return (_, callback) => {
    const member = new gossipPb.MemberInfo()
      .setInstanceId(instance)
      .setTimeStamp(`${BigInt(Date.now()) * 10_000n}`)
      .setState(gossipPb.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossipPb.EndPoint().setAddress(node.host).setPort(node.port));
    callback(null, new gossipPb.ClusterInfo().setMembersList([member]));
  };
}
