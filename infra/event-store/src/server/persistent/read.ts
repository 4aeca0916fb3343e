import { randomUUID } from "node:crypto";
import persistentPb from "@eventstore/db-client/generated/persistent_pb.js";
import type sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import type { handleBidiStreamingCall } from "@grpc/grpc-js";
import { callerOf, type Users } from "../protocol/authentication.ts";
import { encodeEntry } from "../protocol/encode-event.ts";
import { groupDropped, groupNotFound, maximumSubscribersReached } from "../protocol/failures.ts";
import { streamName, uuidBytes } from "../protocol/identifiers.ts";
import { createOutgoing } from "../protocol/outgoing.ts";
import { uuidOf } from "../storage/uuid.ts";
import type { Consumer } from "./consumers.ts";
import type { Group, NackAction } from "./group.ts";
import type { Groups } from "./groups.ts";

const { ReadReq, ReadResp } = persistentPb;

/** A consumer's call: it names a group, gets its events and says what became of them. Answers are encoded already. */
export function readPersistent(
  groups: Groups,
  users: Users,
): handleBidiStreamingCall<persistentPb.ReadReq, Uint8Array> {
  return (call) => {
    const outgoing = createOutgoing(call);
    let joined: { group: Group; consumer: Consumer } | undefined;

    function join(options: persistentPb.ReadReq.Options): void {
      const name = {
        stream: options.hasAll() ? "$all" : streamName(options.getStreamIdentifier()),
        group: options.getGroupName(),
      };
      const group = groups.find(name);
      if (!group) return void call.emit("error", groupNotFound(name.stream, name.group));
      const structuredIds = options.getUuidOption()?.hasStructured() ?? false;
      const consumer: Consumer = {
        id: randomUUID(),
        user: String(callerOf(call.metadata, users)),
        connectionName: String(call.metadata.get("connection-name")[0] ?? ""),
        address: call.getPeer(),
        slots: Math.max(1, options.getBufferSize()),
        inFlight: new Map(),
        connectedAt: performance.now(),
        total: 0,
        took: [],
        send: ({ entry, retryCount }) => outgoing.send(encodeEntry(entry, structuredIds, BigInt(retryCount))),
        drop: () => call.emit("error", groupDropped(name.stream, name.group)),
      };
      if (!group.join(consumer)) return void call.emit("error", maximumSubscribersReached(name.stream, name.group));
      joined = { group, consumer };
      outgoing.onGone(() => group.leave(consumer));
      const confirmation = new ReadResp.SubscriptionConfirmation().setSubscriptionId(`${name.stream}::${name.group}`);
      outgoing.send(new ReadResp().setSubscriptionConfirmation(confirmation).serializeBinary());
    }

    call.on("end", () => call.end());
    call.on("data", (request: persistentPb.ReadReq) => {
      const options = request.getOptions();
      const ack = request.getAck();
      const nack = request.getNack();
      if (options && !joined) join(options);
      if (ack) joined?.group.ack(joined.consumer, idsOf(ack.getIdsList()));
      if (nack)
        joined?.group.nack(joined.consumer, idsOf(nack.getIdsList()), actionOf(nack.getAction()), nack.getReason());
    });
  };
}

const idsOf = (ids: readonly sharedPb.UUID[]): string[] => ids.map((id) => uuidOf(uuidBytes(id) ?? new Uint8Array(16)));

function actionOf(action: persistentPb.ReadReq.Nack.Action): NackAction {
  const { PARK, SKIP, STOP } = ReadReq.Nack.Action;
  return action === PARK ? "park" : action === SKIP ? "skip" : action === STOP ? "stop" : "retry";
}
