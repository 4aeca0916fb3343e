import type { StreamConfig } from "@nats-io/jetstream";
import type { JsonValue } from "@tradesage/contracts";

/**
 * The way between processes. Subjects are made by `subjects` of the contracts; one with a wildcard, an empty token or
 * a foreign character where a literal is needed is refused (`INVALID_INPUT`), so is a payload above the server's limit
 * (`BODY_TOO_LARGE`).
 */
export interface Bus {
  /**
   * Asks and waits for the answer, at most `deadlineMs` (default 5000). Throws `Refused` with the code and values of
   * the far side; {@link BusUnavailable} at once if nobody serves the subject or the server is away;
   * {@link DeadlineExceeded} if the outcome is not known.
   */
  request(subject: string, payload: JsonValue, options?: { deadlineMs?: number }): Promise<unknown>;
  /**
   * Answers requests; of the servers of one queue group one gets each. A `Refused` that `handler` throws reaches the
   * caller as it is; any other error is logged here and reaches him as `INTERNAL`, without a detail. At most 256
   * handlers run at once; a request whose caller has stopped waiting is dropped unhandled.
   */
  serve(subject: string, queueGroup: string, handler: (request: BusRequest) => Promise<JsonValue>): Promise<Serving>;
  /** Tells who listens now; nobody, if the server is away. Never waits and never throws for a lost connection. */
  publish(subject: string, payload: Uint8Array): void;
  /** Listens to what is published from now on. The payload is the handler's to keep. */
  subscribe(subject: string, handler: (subject: string, payload: Uint8Array) => void): { stop(): void };
  /**
   * Stores a message in the stream that takes the subject and waits until it is on disk, at most `deadlineMs` (default
   * 5000). A message with the `id` of one of the last two minutes is not stored again (`duplicate`). Throws
   * {@link BusUnavailable} if it was not stored, {@link DeadlineExceeded} if that is not known: publish it again.
   * With `after`, only where the subject's last message has that number in the stream (0: there is none); else
   * {@link Overtaken}.
   */
  publishDurable(subject: string, payload: Uint8Array, options?: PublishOptions): Promise<PublishReceipt>;
  /** The last message that a stream holds of a subject; `undefined` if it holds none. Never a stale one. */
  lastMessage(stream: string, subject: string): Promise<DurableMessage | undefined>;
  /** Reads a stream in order; see {@link ConsumeOptions}. Heals by itself: no gap and no repeat, whatever breaks. */
  consume(consumer: DurableConsumer, options: ConsumeOptions): AsyncIterable<DurableBatch>;
  /** Opens a bucket that `streams.ts` declares. */
  kv(bucket: string): Promise<KeyValue>;
  /** Opens a bucket of objects that `streams.ts` declares. */
  objects(bucket: string): Promise<Objects>;
  /** Creates the stream, or changes it where it differs. */
  declare(stream: StreamDeclaration): Promise<void>;
  /** Deletes what a stream holds of a subject, which may have wildcards; nothing happens where it holds nothing. */
  purge(stream: string, subject: string): Promise<void>;
  /** Whether the server is connected now. */
  ready(): boolean;
  /** Stops serving, waits for running handlers, sends what is left, disconnects. */
  close(): Promise<void>;
}

export interface BusRequest {
  readonly subject: string;
  readonly payload: unknown;
  /** Milliseconds that the caller will still wait. */
  readonly deadlineMs: number;
}

export interface Serving {
  /** Takes no more requests and waits for those that are being handled, at most 4 s. */
  stop(): Promise<void>;
}

/** What is declared of a stream; the server chooses the rest. */
export type StreamDeclaration = Partial<StreamConfig> & { readonly name: string };

/** Who reads a stream in order, from a checkpoint of its own. */
export interface DurableConsumer {
  readonly name: string;
  readonly stream: string;
}

export interface PublishOptions {
  readonly id?: string;
  readonly deadlineMs?: number;
  readonly after?: number;
  /** Stored beside the payload. Names of our own begin with `Tradesage-`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PublishReceipt {
  /** Its number in the stream, from 1. */
  readonly sequence: number;
  readonly duplicate: boolean;
}

export interface ConsumeOptions {
  /** Where to begin: the sequence after the last one that was dealt with. Keep it in the transaction of your writes. */
  readonly startSequence: number;
  readonly signal: AbortSignal;
  /** A batch ends when it has this many messages … */
  readonly maxMessages: number;
  /** … or this many bytes of payload … */
  readonly maxBytes?: number;
  /** … or this long after its first message … */
  readonly maxWaitMs: number;
  /** … or at once where it has this many bytes and no further message is there yet. */
  readonly enoughBytes?: number;
}

export interface DurableMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly sequence: number;
  /** When the server stored it. */
  readonly at: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** At least one message, in order. `lastSequence` is the checkpoint once the batch is dealt with. */
export interface DurableBatch {
  readonly messages: readonly DurableMessage[];
  readonly lastSequence: number;
}

/** Keys are of `A-Za-z0-9-_/=.`; entries vanish after the bucket's time to live. */
export interface KeyValue {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Writes unless the key is there; says whether it wrote. */
  create(key: string, value: Uint8Array): Promise<boolean>;
  put(key: string, value: Uint8Array): Promise<void>;
}

/** Things that are larger than a message. A name is any text. */
export interface Objects {
  /** The whole object, checked against the digest that it was stored with; `undefined` if there is none. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Deletes those whose names begin so. */
  removeAll(prefix: string): Promise<void>;
  /** Stores an object in the stead of the one of its name, which stands until the new one is whole. */
  put(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
}
