import { BACKWARDS, END, type EventStoreDBClient, FORWARDS, START, StreamNotFoundError } from "@eventstore/db-client";
import { EventStoreUnavailable } from "./errors.ts";
import { recorded } from "./recorded.ts";
import { subscribeToAll } from "./subscribe.ts";
import type { ReadAllOptions, ReadStreamOptions, RecordedEvent } from "./types.ts";

/** A read is idempotent, and endless ones are not meant: no answer for so long is a failure. */
const READ_DEADLINE_MS = 60_000;

export async function* readStream(
  client: EventStoreDBClient,
  stream: string,
  { from, direction = "forwards", limit }: ReadStreamOptions = {},
): AsyncGenerator<RecordedEvent> {
  const begin = from ?? (direction === "forwards" ? "start" : "end");
  try {
    const events = client.readStream(stream, {
      fromRevision: begin === "start" ? START : begin === "end" ? END : begin,
      direction: direction === "forwards" ? FORWARDS : BACKWARDS,
      deadline: READ_DEADLINE_MS,
      ...(limit !== undefined && { maxCount: limit }),
    });
    for await (const { event } of events) if (event) yield recorded(event);
  } catch (cause) {
    if (cause instanceof StreamNotFoundError) return;
    throw new EventStoreUnavailable(`${stream} could not be read`, { cause });
  }
}

export async function* readAll(
  client: EventStoreDBClient,
  options: ReadAllOptions = {},
): AsyncGenerator<RecordedEvent> {
  const { limit = Number.POSITIVE_INFINITY } = options;
  if (limit <= 0) return;
  let count = 0;
  for await (const event of options.direction === "backwards"
    ? backwards(client, options)
    : forwards(client, options)) {
    yield event;
    if (++count >= limit) return;
  }
}

/** The client's own read takes no filter: a subscription does, and ends here where the history ended at the start. */
async function* forwards(
  client: EventStoreDBClient,
  { after, streamPrefixes }: ReadAllOptions,
): AsyncGenerator<RecordedEvent> {
  const end = await head(client);
  if (end <= (after ?? -1n)) return;
  const finished = new AbortController();
  let failure: unknown;
  const deliveries = subscribeToAll(
    client,
    { after: after ?? "start", signal: finished.signal, ...(streamPrefixes && { streamPrefixes }) },
    (error) => {
      failure = error;
      finished.abort();
    },
  );
  try {
    for await (const delivery of deliveries) {
      if (delivery.kind === "caught-up") return;
      if (delivery.kind === "checkpoint") {
        if (delivery.position >= end) return;
        continue;
      }
      if (delivery.event.position > end) return;
      yield delivery.event;
      if (delivery.event.position === end) return;
    }
    if (failure) throw new EventStoreUnavailable("the history could not be read", { cause: failure });
  } finally {
    finished.abort();
  }
}

async function* backwards(
  client: EventStoreDBClient,
  { after, streamPrefixes }: ReadAllOptions,
): AsyncGenerator<RecordedEvent> {
  try {
    const events = client.readAll({
      direction: BACKWARDS,
      fromPosition: after === undefined ? END : { commit: after, prepare: after },
      deadline: READ_DEADLINE_MS,
    });
    for await (const { event } of events) {
      if (!event || event.type.startsWith("$")) continue;
      if (streamPrefixes && !streamPrefixes.some((prefix) => event.streamId.startsWith(prefix))) continue;
      yield recorded(event);
    }
  } catch (cause) {
    throw new EventStoreUnavailable("the history could not be read", { cause });
  }
}

/** The position of the newest event of all, the server's own included: everything that is there lies at or before it. */
export async function head(client: EventStoreDBClient): Promise<bigint> {
  try {
    const newest = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1, deadline: 5_000 });
    // Read to its end: a read that is left half-way keeps its call open, and close() waits for it.
    let position = 0n;
    for await (const { event } of newest) position = event?.position?.commit ?? position;
    return position;
  } catch (cause) {
    throw new EventStoreUnavailable("the event store does not answer", { cause });
  }
}
