import { type EventStoreDBClient, jsonEvent, NO_STREAM, WrongExpectedVersionError } from "@eventstore/db-client";
import { trace } from "@opentelemetry/api";
import { EventStoreUnavailable, WrongExpectedRevision } from "./errors.ts";
import type { NewEvent } from "./types.ts";

const tracer = trace.getTracer("@tradesage/event-store");
const FIRST_PAUSE_MS = 50;

/** Appends, repeating with the same ids at the same revision while the outcome is unknown and time is left. */
export async function append(
  client: EventStoreDBClient,
  deadlineMs: number,
  stream: string,
  events: readonly NewEvent[],
  expected: bigint | "no_stream",
): Promise<{ revision: bigint; position: bigint }> {
  return tracer.startActiveSpan(
    "event-store append",
    { attributes: { stream, events: events.length } },
    async (span) => {
      const messages = events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data, metadata }));
      const expectedRevision = expected === "no_stream" ? NO_STREAM : expected;
      const deadline = Date.now() + deadlineMs;
      try {
        for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
          try {
            const left = Math.max(1, deadline - Date.now());
            const result = await within(
              left,
              client.appendToStream(stream, messages, { expectedRevision, deadline: left }),
            );
            return { revision: result.nextExpectedRevision, position: result.position?.commit ?? 0n };
          } catch (cause) {
            if (cause instanceof WrongExpectedVersionError)
              throw new WrongExpectedRevision(
                stream,
                expected,
                cause.actualVersion === NO_STREAM ? "no_stream" : BigInt(cause.actualVersion),
                { cause },
              );
            if (Date.now() + pause >= deadline)
              throw new EventStoreUnavailable(`${stream}: the append was not answered`, { cause });
            await new Promise((resolve) => setTimeout(resolve, pause));
          }
        }
      } finally {
        span.end();
      }
    },
  );
}

/** The client's batch append has no deadline of its own: a frozen server would never be noticed. */
async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
