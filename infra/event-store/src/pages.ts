import {
  AccessDeniedError,
  BACKWARDS,
  END,
  FORWARDS,
  type ResolvedEvent,
  START,
  StreamDeletedError,
  StreamNotFoundError,
} from "@eventstore/db-client";
import { SpanKind, withSpan } from "@tradesage/telemetry";
import type { Connection } from "./connection.ts";
import { recorded } from "./recorded.ts";
import { repeat } from "./repeat.ts";
import type { ReadStreamOptions, RecordedEvent } from "./types.ts";

/** Events of a page. It is whole before it is handed out, so that a slow consumer holds no call open. */
export const PAGE = 250;
/** How long a page may take, and how long after the first failure it is asked for anew. */
const PAGE_DEADLINE_MS = 10_000;
const REPEAT_WITHIN_MS = 2_000;

export type Place = bigint | "start" | "end";
export type Direction = NonNullable<ReadStreamOptions["direction"]>;

/** Up to `count` events of a stream; none where there is no such stream. */
export const pageOfStream = (
  { client, metrics }: Connection,
  { stream, from, direction, count }: { stream: string; from: Place; direction: Direction; count: number },
): Promise<RecordedEvent[]> =>
  page(metrics, stream, () =>
    client.readStream(stream, {
      fromRevision: from === "start" ? START : from === "end" ? END : from,
      direction: direction === "forwards" ? FORWARDS : BACKWARDS,
      maxCount: count,
      deadline: PAGE_DEADLINE_MS,
    }),
  );

/** Up to `count` events of the whole history before a position, the newest first. */
export const pageOfHistory = (
  { client, metrics }: Connection,
  { before, count }: { before: bigint | undefined; count: number },
): Promise<RecordedEvent[]> =>
  page(metrics, "$all", () =>
    client.readAll({
      direction: BACKWARDS,
      fromPosition: before === undefined ? END : { commit: before, prepare: before },
      maxCount: count,
      deadline: PAGE_DEADLINE_MS,
    }),
  );

function page(
  metrics: Connection["metrics"],
  source: string,
  read: () => AsyncIterable<ResolvedEvent>,
): Promise<RecordedEvent[]> {
  const onRepeat = () => metrics.repeated("read");
  const work = () =>
    repeat({ withinMs: REPEAT_WITHIN_MS, mayPass, onRepeat }, async () => {
      const events: RecordedEvent[] = [];
      try {
        for await (const { event, commitPosition } of read()) if (event) events.push(recorded(event, commitPosition));
      } catch (error) {
        if (!(error instanceof StreamNotFoundError)) throw error;
      }
      return events;
    });
  return withSpan("event-store read", { "tradesage.stream": source }, work, SpanKind.CLIENT);
}

const mayPass = (error: unknown): boolean =>
  !(error instanceof StreamDeletedError || error instanceof AccessDeniedError);
