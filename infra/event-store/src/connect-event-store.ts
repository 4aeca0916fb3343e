import { EventStoreDBClient } from "@eventstore/db-client";
import type { Registry } from "@tradesage/telemetry";
import { append } from "./append.ts";
import type { Connection } from "./connection.ts";
import { createMetrics } from "./metrics.ts";
import { head, readAll, readPages, readStream } from "./read.ts";
import { subscribeToAll } from "./subscribe.ts";
import type {
  Appended,
  Delivery,
  KeptEvent,
  NewEvent,
  ReadAllOptions,
  ReadPagesOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from "./types.ts";
import { createAppendCall } from "./wire/append-call.ts";
import { decodeKept, decodeRead } from "./wire/decode-read.ts";

/** The event store as services use it. */
export interface EventStore {
  /**
   * Appends at an exact revision. After an attempt whose answer was lost it first looks whether the events are there,
   * and repeats with the same ids, which has no second effect. Throws `WrongExpectedRevision` when somebody else wrote
   * first, `EventStoreRefused` for what is never taken, `EventStoreUnavailable` when the outcome could not be learned
   * within the deadline: then the events may or may not be there.
   */
  append(stream: string, events: readonly NewEvent[], expected: bigint | "no_stream"): Promise<Appended>;
  /**
   * Reads a stream, page by page as it is consumed. A stream that does not exist yields nothing. A page that fails is
   * asked for again for two seconds; then it throws `EventStoreUnavailable`.
   */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;
  /** Reads the whole history as it is consumed, without the server's own events. Throws `EventStoreUnavailable`. */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;
  /** The same, from the oldest on, many events at a time and each as it is kept: a fraction of the work for each. */
  readPages(options?: ReadPagesOptions): AsyncIterable<readonly KeptEvent[]>;
  /**
   * Follows the history behind a position until its signal aborts: each event once, in order. After a drop it goes on
   * by itself behind what it handed out last; the server waits while the consumer does.
   */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<Delivery>;
  /** The same, each event as it is kept. */
  subscribeAsKept(options: SubscribeOptions): AsyncIterable<Delivery<KeptEvent>>;
  /** The position of the newest event; 0 where there is none. */
  head(): Promise<bigint>;
  /** Throws `EventStoreUnavailable` if the server does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

interface Logger {
  warn(details: object, message: string): void;
}

export interface EventStoreOptions {
  /** `esdb://host:port?tls=false`, or a cluster's. */
  readonly connectionString: string;
  readonly logger?: Logger;
  /** How long an append may take, its repeats included; 5,000 ms unless told. */
  readonly appendDeadlineMs?: number;
  /** Where its use is counted; a registry takes one event store. */
  readonly metrics?: Registry;
}

/**
 * Connects when first used, and again after every loss; a connection that does not answer for twenty seconds is lost.
 * Throws only for a malformed connection string.
 */
export function connectEventStore(options: EventStoreOptions): EventStore {
  const { connectionString, logger, appendDeadlineMs = 5_000, metrics } = options;
  const client = EventStoreDBClient.connectionString(connectionString);
  const connection: Connection = {
    client,
    makeAppend: createAppendCall(client),
    metrics: createMetrics(metrics),
    appendDeadlineMs,
  };
  const onDrop = (error: unknown) => {
    connection.metrics.dropped();
    logger?.warn({ err: error }, "the event store's subscription dropped");
  };
  return {
    append: (stream, events, expected) => append(connection, { stream, events, expected }),
    readStream: (stream, options) => readStream(connection, stream, options),
    readAll: (options) => readAll(connection, options),
    readPages: (options) => readPages(connection, options),
    subscribeToAll: (options) => subscribeToAll(connection, options, decodeRead, onDrop),
    subscribeAsKept: (options) => subscribeToAll(connection, options, decodeKept, onDrop),
    head: () => head(connection),
    async ping() {
      await head(connection);
    },
    close: () => connection.client.dispose(),
  };
}
