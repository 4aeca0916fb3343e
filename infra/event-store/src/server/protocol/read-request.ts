import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { allFeed } from "../feeds/all-feed.ts";
import type { Feed } from "../feeds/feed.ts";
import { indexFeed, isIndex } from "../feeds/index-feed.ts";
import { streamFeed } from "../feeds/stream-feed.ts";
import { type Direction, MAX_REVISION } from "../storage/event.ts";
import type { EventPattern, Reader } from "../storage/reader.ts";
import { type FilterMessage, patternOf } from "./filter.ts";
import { streamName } from "./identifiers.ts";

const { ReadReq } = streamsPb;

/** What a call of `Read` asks for. */
export interface ReadRequest {
  readonly feed: Feed;
  /** A stream's name, or `$all`. */
  readonly source: string;
  readonly direction: Direction;
  /** The first key to read; a subscription begins behind the one that it names. */
  readonly from: bigint;
  readonly count: number;
  readonly structuredIds: boolean;
  /** A filtered subscription tells where it is every so many events considered. */
  readonly checkpointInterval: bigint | undefined;
}

/** EventStoreDB's page of a filtered subscription, unless the client names another. */
const SEARCH_WINDOW = 32;

/** Throws a failure for a filter that is none. */
export function readRequest(options: streamsPb.ReadReq.Options, reader: Reader): ReadRequest {
  const following = options.hasSubscription();
  const direction =
    options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS && !following ? "backwards" : "forwards";
  const common = {
    direction,
    count: Math.min(Number(options.getCount()), Number.MAX_SAFE_INTEGER),
    structuredIds: options.getUuidOption()?.hasStructured() ?? false,
  } as const;
  const resolve = options.getResolveLinks();
  const stream = options.getStream();
  if (stream) {
    const name = streamName(stream.getStreamIdentifier());
    const feed = isIndex(name) ? indexFeed(name, resolve, reader) : streamFeed(name, resolve, reader);
    const given = stream.hasRevision() ? clamp(BigInt(stream.getRevision())) : undefined;
    const from = given !== undefined ? (following ? given + 1n : given) : edge(stream.hasEnd(), following, feed);
    return { ...common, feed, source: name, from, checkpointInterval: undefined };
  }
  const filter = options.getFilter();
  const feed = allFeed(filterOf(filter), resolve, reader);
  const all = options.getAll();
  const given = all?.hasPosition() ? clamp(BigInt(all.getPosition()?.getCommitPosition() ?? 0)) : undefined;
  // Reading forwards begins with the position that is named; following and reading backwards, beyond it.
  const beyond = following ? 1n : direction === "backwards" ? -1n : 0n;
  const from = given !== undefined ? given + beyond : edge(all?.hasEnd() ?? false, following, feed);
  return { ...common, feed, source: "$all", from, checkpointInterval: filter && intervalOf(filter) };
}

const edge = (end: boolean, following: boolean, feed: Feed): bigint =>
  !end ? 0n : following ? feed.last() + 1n : MAX_REVISION;

const clamp = (value: bigint): bigint => (value >= MAX_REVISION ? MAX_REVISION - 1n : value);

function filterOf(filter: streamsPb.ReadReq.Options.FilterOptions | undefined): EventPattern | undefined {
  return filter && patternOf(filter as FilterMessage);
}

const intervalOf = (filter: streamsPb.ReadReq.Options.FilterOptions): bigint =>
  BigInt(Math.max(1, filter.getCheckpointintervalmultiplier()) * (filter.hasMax() ? filter.getMax() : SEARCH_WINDOW));
