import { randomUUID } from "node:crypto";
import { once } from "node:events";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import type { handleServerStreamingCall, ServerWritableStream } from "@grpc/grpc-js";
import type { Committer } from "./committer.ts";
import type { Direction, Storage, StoredEvent } from "./storage.ts";
import { eventResponse, identifierOf, streamName } from "./wire.ts";

const { ReadReq, ReadResp } = streamsPb;
type Call = ServerWritableStream<streamsPb.ReadReq, streamsPb.ReadResp>;

const PAGE = 500;
const MAX_REVISION = (1n << 63n) - 1n;

/** Reads and subscriptions, of a stream and of `$all`. */
export function read(
  storage: Storage,
  committer: Committer,
): handleServerStreamingCall<streamsPb.ReadReq, streamsPb.ReadResp> {
  return (call) => {
    const options = call.request.getOptions() ?? new ReadReq.Options();
    call.on("error", () => {});
    const work = options.hasSubscription()
      ? subscribe(call, options, storage, committer)
      : readOnce(call, options, storage);
    work.catch((error: Error) => call.destroy(error));
  };
}

interface Source {
  /** Where reading begins: a revision, or a position. */
  readonly from: bigint;
  page(from: bigint, direction: Direction, limit: number): StoredEvent[];
  key(event: StoredEvent): bigint;
  matches(event: StoredEvent): boolean;
  readonly filtered: boolean;
}

function sourceOf(options: streamsPb.ReadReq.Options, storage: Storage, exclusive: boolean): Source {
  const stream = options.getStream();
  const backwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  if (stream) {
    const name = streamName(stream.getStreamIdentifier());
    const revision = stream.hasRevision() ? BigInt(stream.getRevision()) + (exclusive ? 1n : 0n) : undefined;
    const end = exclusive ? storage.lastRevision(name) + 1n : MAX_REVISION;
    return {
      from: revision ?? (stream.hasEnd() ? end : 0n),
      page: (from, direction, limit) => storage.readStream(name, from, direction, limit),
      key: (event) => event.revision,
      matches: (event) => event.stream === name,
      filtered: false,
    };
  }
  const all = options.getAll();
  const given = all?.getPosition();
  const step = backwards ? -1n : exclusive ? 1n : 0n;
  const position = given ? BigInt.asIntN(64, BigInt(given.getCommitPosition())) + step : undefined;
  const end = exclusive ? storage.lastPosition() + 1n : MAX_REVISION;
  const filter = options.getFilter();
  return {
    from: position ?? (all?.hasEnd() ? end : 0n),
    page: storage.readAll,
    key: (event) => event.position,
    matches: filter ? matcher(filter) : () => true,
    filtered: filter !== undefined,
  };
}

function matcher(filter: streamsPb.ReadReq.Options.FilterOptions): (event: StoredEvent) => boolean {
  const byType = filter.getEventType();
  const expression = byType ?? filter.getStreamIdentifier();
  const text = (event: StoredEvent) => (byType ? event.type : event.stream);
  const prefixes = expression?.getPrefixList() ?? [];
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => text(event).startsWith(prefix));
  const regex = new RegExp(expression?.getRegex() ?? "");
  return (event) => regex.test(text(event));
}

async function readOnce(call: Call, options: streamsPb.ReadReq.Options, storage: Storage): Promise<void> {
  const source = sourceOf(options, storage, false);
  const direction = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS ? "backwards" : "forwards";
  const stream = options.getStream();
  if (stream && storage.lastRevision(streamName(stream.getStreamIdentifier())) < 0n) {
    const missing = new ReadResp.StreamNotFound().setStreamIdentifier(
      identifierOf(streamName(stream.getStreamIdentifier())),
    );
    call.write(new ReadResp().setStreamNotFound(missing));
    return void call.end();
  }
  let left = Number(options.getCount());
  let from = source.from;
  while (left > 0 && !call.cancelled) {
    const page = source.page(from, direction, Math.min(PAGE, source.filtered ? PAGE : left));
    if (page.length === 0) break;
    for (const event of page) {
      if (!source.matches(event)) continue;
      await send(call, eventResponse(event));
      if (--left === 0) break;
    }
    from = source.key(page.at(-1) as StoredEvent) + (direction === "forwards" ? 1n : -1n);
    if (from < 0n) break;
  }
  call.end();
}

/** History, then live. Live events come from memory; a subscriber that falls behind reads on from the disk. */
async function subscribe(
  call: Call,
  options: streamsPb.ReadReq.Options,
  storage: Storage,
  committer: Committer,
): Promise<void> {
  const source = sourceOf(options, storage, true);
  const filter = options.getFilter();
  const checkpointEvery = Math.max(1, filter?.getCheckpointintervalmultiplier() ?? 1) * 32;
  let next = source.from;
  let considered = 0;
  let wake = () => {};
  let caughtUp = false;
  let live: StoredEvent[] = [];
  const stop = committer.onCommitted((events) => {
    if (!caughtUp) return wake();
    for (const event of events) live.push(event);
    if (live.length > PAGE * 4) {
      live = [];
      caughtUp = false;
    }
    wake();
  });
  const deliver = async (events: readonly StoredEvent[]) => {
    for (const event of events) {
      if (call.cancelled) return;
      const mine = options.hasAll() || source.matches(event);
      if (!mine || source.key(event) < next) continue;
      next = source.key(event) + 1n;
      if (source.matches(event)) await send(call, eventResponse(event));
      if (filter && ++considered % checkpointEvery === 0) await send(call, checkpoint(event.position));
    }
  };
  call.on("cancelled", () => wake());
  call.on("close", () => wake());
  try {
    await send(
      call,
      new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID())),
    );
    while (!call.cancelled && !call.destroyed) {
      if (!caughtUp) {
        const page = source.page(next, "forwards", PAGE);
        if (page.length > 0) {
          await deliver(page);
          continue;
        }
        caughtUp = true;
        live = [];
        if (filter && next > 1n) await send(call, checkpoint(next - 1n));
        await send(call, new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));
        continue;
      }
      if (live.length > 0) {
        const events = live;
        live = [];
        await deliver(events);
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stop();
    call.end();
  }
}

const checkpoint = (position: bigint) =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(position.toString()).setPreparePosition(position.toString()),
  );

/** Writes, and waits while the client does not read. */
async function send(call: Call, response: streamsPb.ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(response)) return;
  const gone = new AbortController();
  const cancelled = once(call, "cancelled", { signal: gone.signal });
  const closed = once(call, "close", { signal: gone.signal });
  const drained = once(call, "drain", { signal: gone.signal });
  for (const each of [cancelled, closed, drained]) each.catch(() => {});
  await Promise.race([cancelled, closed, drained]);
  gone.abort();
}
