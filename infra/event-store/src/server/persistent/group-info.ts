import persistentPb from "@eventstore/db-client/generated/persistent_pb.js";
import type { Consumer } from "./consumers.ts";
import type { Group } from "./group.ts";

const { SubscriptionInfo } = persistentPb;

/** A group as operators look at it. */
export function groupInfo({ name, settings, consumers, statistics }: Group): persistentPb.SubscriptionInfo {
  const key = name.stream === "$all" ? (at: bigint) => `C:${at}/P:${at}` : (at: bigint) => `${at}`;
  const connections = consumers.map((consumer) => connectionInfo(consumer, settings.extraStatistics));
  const startFrom = settings.startFrom === "start" ? 0n : settings.startFrom === "end" ? -1n : settings.startFrom;
  return new SubscriptionInfo()
    .setEventSource(name.stream)
    .setGroupName(name.group)
    .setStatus("Live")
    .setConnectionsList(connections)
    .setAveragePerSecond(connections.reduce((sum, each) => sum + each.getAverageItemsPerSecond(), 0))
    .setTotalItems(`${statistics.total}`)
    .setCountSinceLastMeasurement("0")
    .setLastCheckpointedEventPosition(statistics.checkpoint === undefined ? "" : key(statistics.checkpoint))
    .setLastKnownEventPosition(statistics.lastKnown === undefined ? "" : key(statistics.lastKnown))
    .setResolveLinkTos(settings.resolveLinks)
    .setStartFrom(key(startFrom))
    .setMessageTimeoutMilliseconds(settings.messageTimeoutMs)
    .setExtraStatistics(settings.extraStatistics)
    .setMaxRetryCount(settings.maxRetryCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setCheckPointAfterMilliseconds(settings.checkpointAfterMs)
    .setMinCheckPointCount(settings.minCheckpointCount)
    .setMaxCheckPointCount(settings.maxCheckpointCount)
    .setReadBufferCount(statistics.reading)
    .setLiveBufferCount("0")
    .setRetryBufferCount(statistics.retrying)
    .setTotalInFlightMessages(statistics.inFlight)
    .setOutstandingMessagesCount(statistics.unfinished)
    .setNamedConsumerStrategy(settings.strategy)
    .setMaxSubscriberCount(settings.maxSubscriberCount)
    .setParkedMessageCount(`${statistics.parked}`);
}

function connectionInfo(consumer: Consumer, extraStatistics: boolean): persistentPb.SubscriptionInfo.ConnectionInfo {
  const seconds = Math.max(1, (performance.now() - consumer.connectedAt) / 1000);
  return new SubscriptionInfo.ConnectionInfo()
    .setFrom(consumer.address)
    .setUsername(consumer.user)
    .setConnectionName(consumer.connectionName)
    .setAverageItemsPerSecond(Math.round(consumer.total / seconds))
    .setTotalItems(`${consumer.total}`)
    .setCountSinceLastMeasurement("0")
    .setAvailableSlots(consumer.slots - consumer.inFlight.size)
    .setInFlightMessages(consumer.inFlight.size)
    .setObservedMeasurementsList(extraStatistics ? measurements(consumer.took) : []);
}

const quantiles = {
  Fastest: 0,
  "Quintile 1": 0.2,
  "Quintile 2": 0.4,
  Median: 0.5,
  "Quintile 3": 0.6,
  "Quintile 4": 0.8,
  "90%": 0.9,
  "95%": 0.95,
  "99%": 0.99,
  "99.5%": 0.995,
  "99.9%": 0.999,
  "Quintile 5": 1,
};

/** How long consumers took, in milliseconds, by EventStoreDB's names. */
function measurements(took: readonly number[]): persistentPb.SubscriptionInfo.Measurement[] {
  const sorted = took.toSorted((a, b) => a - b);
  const mean = took.reduce((sum, ms) => sum + ms, 0) / Math.max(1, took.length);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const values = Object.entries(quantiles).map(([name, share]) => [name, at(share)] as const);
  return [["Mean", mean] as const, ...values].map(([name, ms]) =>
    new SubscriptionInfo.Measurement().setKey(name).setValue(`${Math.round(ms)}`),
  );
}
