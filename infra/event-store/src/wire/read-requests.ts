import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";

const { ReadReq } = streamsPb;
const { Options } = ReadReq;
const { Expression } = Options.FilterOptions;
const nothing = new sharedPb.Empty();

export type Place = bigint | "start" | "end";
export type Direction = "forwards" | "backwards";

/** What a subscription is to deliver: by stream or by type, never both. */
export interface Wanted {
  readonly streamPrefixes?: readonly string[] | undefined;
  readonly eventTypes?: readonly string[] | undefined;
}

/** A checkpoint comes where so many times so many events were passed over. */
const CHECKPOINTS = { window: 32, interval: 32 };

/** Up to `count` events of a stream, from a revision on. */
export function streamRequest(stream: string, from: Place, direction: Direction, count: number): streamsPb.ReadReq {
  const identifier = new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream).toString("base64"));
  const of = new Options.StreamOptions().setStreamIdentifier(identifier);
  if (from === "start") of.setStart(nothing);
  else if (from === "end") of.setEnd(nothing);
  else of.setRevision(String(from));
  return new ReadReq().setOptions(pageOptions(direction, count).setStream(of));
}

/** Up to `count` events of the whole history, from a position on. */
export const historyRequest = (from: Place, direction: Direction, count: number): streamsPb.ReadReq =>
  new ReadReq().setOptions(pageOptions(direction, count).setAll(placeInHistory(from)));

/** Everything that is wanted behind a position, and what comes. The server's own events are never wanted. */
export function subscriptionRequest(after: Place, { streamPrefixes, eventTypes }: Wanted): streamsPb.ReadReq {
  const { window, interval } = CHECKPOINTS;
  const filter = new Options.FilterOptions().setMax(window).setCheckpointintervalmultiplier(interval);
  if (streamPrefixes) filter.setStreamIdentifier(new Expression().setPrefixList([...streamPrefixes]));
  else filter.setEventType(new Expression().setRegex(eventTypes ? `^(${eventTypes.join("|")})$` : "^[^$].*"));
  const options = textualIds().setAll(placeInHistory(after)).setFilter(filter);
  return new ReadReq().setOptions(options.setSubscription(new Options.SubscriptionOptions()));
}

const pageOptions = (direction: Direction, count: number) =>
  textualIds()
    .setReadDirection(Options.ReadDirection[direction === "forwards" ? "FORWARDS" : "BACKWARDS"])
    .setCount(String(count))
    .setNoFilter(nothing);

const textualIds = () => new Options().setUuidOption(new Options.UUIDOption().setString(nothing));

function placeInHistory(place: Place): streamsPb.ReadReq.Options.AllOptions {
  const all = new Options.AllOptions();
  if (place === "start") return all.setStart(nothing);
  if (place === "end") return all.setEnd(nothing);
  const position = new Options.Position().setCommitPosition(String(place)).setPreparePosition(String(place));
  return all.setPosition(position);
}
