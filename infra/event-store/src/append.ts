import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  WrongExpectedVersionError,
} from "@eventstore/db-client";
import { SpanKind, withSpan } from "@tradesage/telemetry";
import type { Connection } from "./connection.ts";
import { EventStoreRefused, EventStoreUnavailable, WrongExpectedRevision } from "./errors.ts";
import { pageOfStream } from "./pages.ts";
import { repeat } from "./repeat.ts";
import type { Appended, NewEvent } from "./types.ts";

interface Append {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expected: bigint | "no_stream";
}

/** Appends, repeating with the same ids at the same revision while the outcome is unknown and time is left. */
export function append(connection: Connection, wanted: Append): Promise<Appended> {
  const { makeAppend, appendDeadlineMs, metrics } = connection;
  const { stream, events, expected } = wanted;
  const work = async () => {
    try {
      return await repeat(
        { withinMs: appendDeadlineMs, mayPass, onRepeat: () => metrics.repeated("append") },
        async (failed, leftMs) => {
          // Half of the time at most: an attempt that is not answered must leave time to learn what became of it.
          const ms = Math.min(leftMs, Math.ceil(appendDeadlineMs / 2));
          const made = failed > 0 ? await within(ms, readBack(connection, wanted)) : undefined;
          return made ?? (await within(ms, makeAppend(wanted.stream, wanted.events, wanted.expected, ms)));
        },
      );
    } catch (cause) {
      if (cause instanceof WrongExpectedVersionError)
        throw new WrongExpectedRevision(stream, expected, revisionOf(cause.actualVersion), { cause });
      if (isRefusal(cause)) throw new EventStoreRefused(`${stream} takes no such append`, { cause });
      throw new EventStoreUnavailable(`${stream}: the append was not answered`, { cause });
    }
  };
  const attributes = { "tradesage.stream": stream, "tradesage.events": events.length };
  const measured = () => metrics.append(events.length, work);
  return withSpan("event-store append", attributes, measured, SpanKind.CLIENT);
}

/** Where an earlier attempt, whose answer did not come, left the events, if it did. */
async function readBack(connection: Connection, { stream, events, expected }: Append): Promise<Appended | undefined> {
  const from = expected === "no_stream" ? 0n : expected + 1n;
  const found = await pageOfStream(connection, { stream, from, direction: "forwards", count: events.length });
  const last = found.at(-1);
  const isOurs = found.length === events.length && found.every(({ id }, at) => id === events[at]?.id);
  return isOurs && last ? { revision: last.revision, position: last.position } : undefined;
}

/** The call of the appends has no deadline of its own: a server that is frozen would not be noticed for long. */
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

const isRefusal = (error: unknown): boolean =>
  error instanceof AccessDeniedError ||
  error instanceof InvalidArgumentError ||
  error instanceof MaxAppendSizeExceededError ||
  error instanceof StreamDeletedError;

const mayPass = (error: unknown): boolean => !(error instanceof WrongExpectedVersionError) && !isRefusal(error);

const revisionOf = (version: WrongExpectedVersionError["actualVersion"]): bigint | "no_stream" =>
  version === NO_STREAM ? "no_stream" : BigInt(version);
