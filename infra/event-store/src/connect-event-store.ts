import { EventStoreDBClient } from "@eventstore/db-client";
import { append } from "./append.ts";
import { head, readAll, readStream } from "./read.ts";
import { subscribeToAll } from "./subscribe.ts";
import type {
  Delivery,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from "./types.ts";

/** The event store as services use it. */
export interface EventStore {
  /**
   * Appends at an exact revision. An append whose answer was lost is repeated with the same ids, which has no second
   * effect. Throws `WrongExpectedRevision` when somebody else wrote first, `EventStoreUnavailable` when the outcome
   * could not be learned within the deadline: then the events may or may not be there.
   */
  append(
    stream: string,
    events: readonly NewEvent[],
    expected: bigint | "no_stream",
  ): Promise<{ revision: bigint; position: bigint }>;
  /** Reads a stream as it is consumed. A stream that does not exist yields nothing. Throws `EventStoreUnavailable`. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;
  /** Reads the whole history as it is consumed, without the server's own events. Throws `EventStoreUnavailable`. */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;
  /**
   * Follows the history behind a position until its signal aborts: each event once, in order. After a drop it goes on
   * by itself behind what it handed out last; the server waits while the consumer does.
   */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<Delivery>;
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
}

/** Connects when first used, and again after every loss. Throws only for a malformed connection string. */
export function connectEventStore({
  connectionString,
  logger,
  appendDeadlineMs = 5_000,
}: EventStoreOptions): EventStore {
  const client = EventStoreDBClient.connectionString(connectionString);
  return {
    append: (stream, events, expected) => append(client, appendDeadlineMs, stream, events, expected),
    readStream: (stream, options) => readStream(client, stream, options),
    readAll: (options) => readAll(client, options),
    subscribeToAll: (options) =>
      subscribeToAll(client, options, (error) =>
        logger?.warn({ err: error }, "the event store's subscription dropped"),
      ),
    head: () => head(client),
    async ping() {
      await head(client);
    },
    close: () => client.dispose(),
  };
}
