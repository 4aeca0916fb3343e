import { randomUUID } from "node:crypto";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { Entry } from "../feeds/entry.ts";
import type { Follower, Tail } from "../feeds/tail.ts";
import { encodeEntry, encodeShared } from "./encode-event.ts";
import type { Outgoing } from "./outgoing.ts";
import type { ReadRequest } from "./read-request.ts";

const { ReadResp } = streamsPb;

const PAGE = 200;

/**
 * History from the disk, then live events from memory, until the client goes. One who reads too slowly for what is in
 * memory goes back to the disk. Each entry is sent once: what was sent is told by its key.
 */
export async function subscribe(request: ReadRequest, tail: Tail, outgoing: Outgoing): Promise<void> {
  const { feed, checkpointInterval, structuredIds } = request;
  let next = request.from;
  let wake = () => {};
  const follower: Follower = tail.follow(() => wake());
  outgoing.onGone(() => {
    follower.stop();
    wake();
  });

  let marked = next - 1n;
  const checkpoint = (position: bigint) => {
    marked = position;
    outgoing.send(encodeCheckpoint(position));
  };
  const considered = (position: bigint) => {
    if (checkpointInterval !== undefined && position - marked >= checkpointInterval) checkpoint(position);
  };
  const send = (entry: Entry, encode: typeof encodeShared) => {
    if (entry.key < next) return;
    next = entry.key + 1n;
    outgoing.send(encode(entry, structuredIds));
  };

  /** Sends what is on the disk; gives the position from which on everything new is in memory. */
  async function history(): Promise<bigint> {
    for (;;) {
      const head = tail.head();
      const page = feed.page(next, "forwards", PAGE);
      for (const entry of page.entries) {
        send(entry, encodeEntry);
        considered(entry.position);
        if (outgoing.full) await outgoing.drained();
      }
      if (page.next > next) next = page.next;
      if (page.end || outgoing.gone) return head;
      considered(next - 1n);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Sends what comes, until the client has gone or fallen behind what is in memory. */
  async function live(from: bigint): Promise<void> {
    let position = from;
    while (!outgoing.gone) {
      const events = follower.since(position);
      if (!events) return;
      for (const event of events) {
        const entry = feed.live(event);
        if (entry) send(entry, encodeShared);
        position = event.position;
        if (position > marked) considered(position);
        if (outgoing.full) await outgoing.drained();
      }
      if (events.length > 0) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (outgoing.gone) resolve();
      });
    }
  }

  outgoing.send(
    new ReadResp()
      .setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID()))
      .serializeBinary(),
  );
  for (;;) {
    const head = await history();
    if (outgoing.gone) return;
    if (checkpointInterval !== undefined && next - 1n > marked) checkpoint(next - 1n);
    outgoing.send(caughtUp);
    await live(head);
    if (outgoing.gone) return;
    outgoing.send(fellBehind);
  }
}

const caughtUp = new ReadResp().setCaughtUp(new ReadResp.CaughtUp()).serializeBinary();
const fellBehind = new ReadResp().setFellBehind(new ReadResp.FellBehind()).serializeBinary();

const encodeCheckpoint = (position: bigint): Uint8Array =>
  new ReadResp()
    .setCheckpoint(new ReadResp.Checkpoint().setCommitPosition(`${position}`).setPreparePosition(`${position}`))
    .serializeBinary();
