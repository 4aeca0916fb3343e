import { AccessDeniedError, StreamDeletedError } from "@eventstore/db-client";
import type streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { SpanKind, withSpan } from "@tradesage/telemetry";
import type { Connection } from "./connection.ts";
import { repeat } from "./repeat.ts";
import type { RecordedEvent } from "./types.ts";
import { decodeRead } from "./wire/decode-read.ts";
import { readCall } from "./wire/read-call.ts";
import { type Direction, historyRequest, type Place, streamRequest } from "./wire/read-requests.ts";

/** Events of a page. It is whole before it is handed out, so that a slow consumer holds no call open. */
export const PAGE = 250;
/** How long a page may take, and how long after the first failure it is asked for anew. */
const PAGE_DEADLINE_MS = 10_000;
const REPEAT_WITHIN_MS = 2_000;

/** Up to `count` events of a stream; none where there is no such stream. */
export const pageOfStream = (
  connection: Connection,
  { stream, from, direction, count }: { stream: string; from: Place; direction: Direction; count: number },
): Promise<RecordedEvent[]> => page(connection, stream, streamRequest(stream, from, direction, count));

/** Up to `count` events of the whole history before a position, the newest first. */
export const pageOfHistory = (
  connection: Connection,
  { before, count }: { before: bigint | undefined; count: number },
): Promise<RecordedEvent[]> => page(connection, "$all", historyRequest(before ?? "end", "backwards", count));

function page({ client, metrics }: Connection, source: string, request: streamsPb.ReadReq): Promise<RecordedEvent[]> {
  const onRepeat = () => metrics.repeated("read");
  const work = () =>
    repeat({ withinMs: REPEAT_WITHIN_MS, mayPass, onRepeat }, async () => {
      const events: RecordedEvent[] = [];
      for await (const messages of readCall(client, request, decodeRead, { deadlineMs: PAGE_DEADLINE_MS }))
        for (const message of messages) if (message.kind === "event") events.push(message.event);
      return events;
    });
  return withSpan("event-store read", { "tradesage.stream": source }, work, SpanKind.CLIENT);
}

const mayPass = (error: unknown): boolean =>
  !(error instanceof StreamDeletedError || error instanceof AccessDeniedError);
