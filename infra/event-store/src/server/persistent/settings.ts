import type { EventPattern } from "../storage/reader.ts";

export const strategies = ["RoundRobin", "DispatchToSingle", "Pinned"] as const;
/** Which consumer gets an event: each in turn; one until it is full; always the same for the events of a stream. */
export type Strategy = (typeof strategies)[number];

/** How a group works, as it was created or last updated. Times in milliseconds. */
export interface GroupSettings {
  /** As it was asked for: a key of the feed, or an end of it. */
  readonly startFrom: "start" | "end" | bigint;
  /** The first key to hand out, while there is no checkpoint. */
  readonly from: bigint;
  readonly filter: EventPattern | undefined;
  readonly resolveLinks: boolean;
  readonly extraStatistics: boolean;
  /** 0: an event may be kept for ever. */
  readonly messageTimeoutMs: number;
  readonly maxRetryCount: number;
  readonly checkpointAfterMs: number;
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  /** 0: any number. */
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  readonly historyBufferSize: number;
  readonly strategy: Strategy;
}

export interface GroupName {
  /** A stream's name, or `$all`. */
  readonly stream: string;
  readonly group: string;
}

/** The streams in which EventStoreDB keeps what a group must not forget. */
export const configStream = "$persistentSubscriptionConfig";
export const checkpointStream = ({ stream, group }: GroupName): string =>
  `$persistentsubscription-${stream}::${group}-checkpoint`;
export const parkedStream = ({ stream, group }: GroupName): string =>
  `$persistentsubscription-${stream}::${group}-parked`;

/** Followers of `$all` are not told of checkpoints: each would be the cause of the next. */
export const isCheckpointStream = (stream: string): boolean =>
  stream.startsWith("$persistentsubscription-") && stream.endsWith("-checkpoint");

/** Numbers beyond 2^53 and expressions, as JSON keeps them. */
export const toJson = ({ startFrom, from, filter, ...rest }: GroupSettings) => ({
  ...rest,
  startFrom: String(startFrom),
  from: String(from),
  ...(filter && { filter: { of: filter.of, pattern: filter.pattern.source } }),
});

export type SettingsJson = ReturnType<typeof toJson>;

export const fromJson = ({ startFrom, from, filter, ...rest }: SettingsJson): GroupSettings => ({
  ...rest,
  startFrom: startFrom === "start" || startFrom === "end" ? startFrom : BigInt(startFrom),
  from: BigInt(from),
  filter: filter && { of: filter.of, pattern: new RegExp(filter.pattern), prefixes: [] },
});
