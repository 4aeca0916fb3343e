import persistentPb from "@eventstore/db-client/generated/persistent_pb.js";
import type { Feed } from "../feeds/feed.ts";
import { isIndex } from "../feeds/index-feed.ts";
import { type FilterMessage, patternOf } from "../protocol/filter.ts";
import { streamName } from "../protocol/identifiers.ts";
import type { Reader } from "../storage/reader.ts";
import { feedOf } from "./group.ts";
import { type GroupName, type GroupSettings, strategies } from "./settings.ts";

/** Creating and updating: two generated classes of one shape. */
type Options = persistentPb.CreateReq.Options | persistentPb.UpdateReq.Options;

/** What older clients, and this one, send for "from the end": 2^64-1 as a revision. */
const END = (1n << 64n) - 1n;
const TICKS_A_MILLISECOND = 10_000;

/** The group that a request names; the stream comes in one of two places, by the age of the client. */
export const groupNameOf = (options: Options): GroupName => ({
  stream: options.hasAll()
    ? "$all"
    : streamName(options.getStream()?.getStreamIdentifier() ?? options.getStreamIdentifier()),
  group: options.getGroupName(),
});

export function settingsOf(options: Options, reader: Reader): GroupSettings {
  const settings = options.getSettings() ?? new persistentPb.CreateReq.Settings();
  const all = options.getAll();
  const filterMessage = all && "getFilter" in all ? all.getFilter() : undefined;
  const filter = filterMessage && patternOf(filterMessage as FilterMessage);
  const resolveLinks = settings.getResolveLinks();
  const startFrom = startOf(options);
  const { stream } = groupNameOf(options);
  const end = () => endOf(stream, feedOf(stream, { filter, resolveLinks }, reader));
  return {
    startFrom,
    from: startFrom === "start" ? 0n : startFrom === "end" ? end() : startFrom,
    filter,
    resolveLinks,
    extraStatistics: settings.getExtraStatistics(),
    messageTimeoutMs: timerMs(
      settings.hasMessageTimeoutTicks()
        ? Number(settings.getMessageTimeoutTicks()) / TICKS_A_MILLISECOND
        : settings.getMessageTimeoutMs(),
    ),
    checkpointAfterMs: timerMs(
      settings.hasCheckpointAfterTicks()
        ? Number(settings.getCheckpointAfterTicks()) / TICKS_A_MILLISECOND
        : settings.getCheckpointAfterMs(),
    ),
    maxRetryCount: settings.getMaxRetryCount(),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: settings.getMaxCheckpointCount(),
    maxSubscriberCount: settings.getMaxSubscriberCount(),
    liveBufferSize: settings.getLiveBufferSize(),
    readBatchSize: Math.max(1, settings.getReadBatchSize()),
    historyBufferSize: Math.max(1, settings.getHistoryBufferSize()),
    strategy: strategyOf(settings),
  };
}

/** What a timer of Node.js can wait; it takes more for nothing. */
const LONGEST_MS = 2 ** 31 - 1;
const timerMs = (ms: number): number => Math.min(Math.max(0, ms), LONGEST_MS);

/** EventStoreDB writes an index a moment after the events: whoever begins at its end gets those of that moment. */
const INDEX_LAG_MS = 1_000;
const MOST_LAGGING = 1_000;

function endOf(stream: string, feed: Feed): bigint {
  const end = feed.last() + 1n;
  if (!isIndex(stream)) return end;
  const lagging = BigInt(Date.now() - INDEX_LAG_MS);
  const { entries } = feed.page(end - 1n, "backwards", MOST_LAGGING);
  return entries.findLast(({ link }) => link && link.created >= lagging)?.key ?? end;
}

function startOf(options: Options): GroupSettings["startFrom"] {
  const all = options.getAll();
  const stream = options.getStream();
  if (all) return all.hasEnd() ? "end" : all.hasPosition() ? at(all.getPosition()?.getCommitPosition()) : "start";
  if (stream) return stream.hasEnd() ? "end" : stream.hasRevision() ? at(stream.getRevision()) : "start";
  return at(options.getSettings()?.getRevision());
}

function at(text: string | undefined): GroupSettings["startFrom"] {
  const key = BigInt(text ?? 0);
  return key === 0n ? "start" : key === END ? "end" : key;
}

type Settings = NonNullable<ReturnType<Options["getSettings"]>>;

/** By number, or by name from newer clients. */
function strategyOf(settings: Settings): GroupSettings["strategy"] {
  const name = "getConsumerStrategy" in settings ? settings.getConsumerStrategy() : "";
  const { DISPATCHTOSINGLE, PINNED } = persistentPb.CreateReq.ConsumerStrategy;
  const number: number = settings.getNamedConsumerStrategy();
  return (
    strategies.find((strategy) => strategy === name) ??
    (number === DISPATCHTOSINGLE ? "DispatchToSingle" : number === PINNED ? "Pinned" : "RoundRobin")
  );
}
