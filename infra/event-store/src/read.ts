import type { Connection } from "./connection.ts";
import { EventStoreUnavailable } from "./errors.ts";
import { PAGE, pageOfHistory, pageOfStream } from "./pages.ts";
import type { KeptEvent, ReadAllOptions, ReadPagesOptions, ReadStreamOptions, RecordedEvent } from "./types.ts";
import { decodeKept, decodeRead, type ReadMessage } from "./wire/decode-read.ts";
import { readCall } from "./wire/read-call.ts";
import { type Direction, historyRequest, type Place, subscriptionRequest } from "./wire/read-requests.ts";

export async function* readStream(
  connection: Connection,
  stream: string,
  { from, direction = "forwards", limit = Number.POSITIVE_INFINITY }: ReadStreamOptions = {},
): AsyncGenerator<RecordedEvent> {
  let next: Place | undefined = from ?? (direction === "forwards" ? "start" : "end");
  for (let left = limit; left > 0 && next !== undefined; left -= PAGE) {
    const count = Math.min(PAGE, left);
    const page: RecordedEvent[] = await pageOfStream(connection, { stream, from: next, direction, count }).catch(
      (cause) => {
        throw new EventStoreUnavailable(`${stream} could not be read`, { cause });
      },
    );
    for (const event of page) {
      connection.metrics.read("stream", 1);
      yield event;
    }
    next = page.length < count ? undefined : beyond(page.at(-1)?.revision, direction);
  }
}

/** The revision behind one, in the direction of reading; undefined where there is none. */
function beyond(revision: bigint | undefined, direction: Direction): bigint | undefined {
  if (revision === undefined) return undefined;
  if (direction === "forwards") return revision + 1n;
  return revision === 0n ? undefined : revision - 1n;
}

export async function* readAll(connection: Connection, options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
  const { limit = Number.POSITIVE_INFINITY, direction = "forwards" } = options;
  if (limit <= 0) return;
  let count = 0;
  for await (const events of direction === "backwards"
    ? backwards(connection, options)
    : forwards(connection, options, decodeRead))
    for (const event of events) {
      connection.metrics.read("history", 1);
      yield event;
      if (++count >= limit) return;
    }
}

export async function* readPages(
  connection: Connection,
  options: ReadPagesOptions = {},
): AsyncGenerator<readonly KeptEvent[]> {
  for await (const events of forwards(connection, options, decodeKept)) {
    connection.metrics.read("history", events.length);
    yield events;
  }
}

/** The client's own read takes no filter: a subscription does, and ends here where the history ended at the start. */
async function* forwards<Event extends Pick<RecordedEvent, "position">>(
  connection: Connection,
  { after, streamPrefixes }: ReadPagesOptions,
  decode: (bytes: Buffer) => readonly ReadMessage<Event>[],
): AsyncGenerator<readonly Event[]> {
  const end = await head(connection);
  if (end <= (after ?? -1n)) return;
  try {
    const request = subscriptionRequest(after ?? "start", { streamPrefixes });
    for await (const messages of readCall(connection.client, request, decode, {})) {
      const events: Event[] = [];
      let isOver = false;
      for (const message of messages) {
        if (message.kind === "event" && message.event.position <= end) events.push(message.event);
        isOver ||= message.kind === "caught-up" || (reachedBy(message) ?? -1n) >= end;
      }
      if (events.length > 0) yield events;
      if (isOver) return;
    }
  } catch (cause) {
    throw new EventStoreUnavailable("the history could not be read", { cause });
  }
  throw new EventStoreUnavailable("the server ended the reading of the history");
}

/** How far the history was gone through, by what a message says. */
function reachedBy(message: ReadMessage<Pick<RecordedEvent, "position">>): bigint | undefined {
  if (message.kind === "event") return message.event.position;
  return message.kind === "checkpoint" ? message.position : undefined;
}

async function* backwards(
  connection: Connection,
  { after, streamPrefixes }: ReadAllOptions,
): AsyncGenerator<readonly RecordedEvent[]> {
  const isWanted = ({ type, stream }: RecordedEvent) =>
    !type.startsWith("$") && (streamPrefixes?.some((prefix) => stream.startsWith(prefix)) ?? true);
  for (let before = after; ; ) {
    const page = await pageOfHistory(connection, { before, count: PAGE }).catch((cause) => {
      throw new EventStoreUnavailable("the history could not be read", { cause });
    });
    yield page.filter(isWanted);
    if (page.length < PAGE) return;
    before = page.at(-1)?.position;
  }
}

/** The position of the newest event of all, the server's own included: everything that is there lies at or before it. */
export async function head({ client }: Connection): Promise<bigint> {
  try {
    let position = 0n;
    for await (const messages of readCall(client, historyRequest("end", "backwards", 1), decodeRead, {
      deadlineMs: 5_000,
    }))
      for (const message of messages) if (message.kind === "event") ({ position } = message.event);
    return position;
  } catch (cause) {
    throw new EventStoreUnavailable("the event store does not answer", { cause });
  }
}
