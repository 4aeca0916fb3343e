import { JetStreamApiCodes, JetStreamApiError, type JetStreamClient } from "@nats-io/jetstream";
import type { PublishOptions, PublishReceipt } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { asBusError, DeadlineExceeded, Overtaken } from "./errors.ts";
import { checkSize } from "./request.ts";
import type { Slots } from "./slots.ts";
import { checkLiteral, checkPattern } from "./subject.ts";
import { toHeaders } from "./wire.ts";

const DEFAULT_DEADLINE_MS = 5_000;

export function publish(connection: Connection, subject: string, payload: Uint8Array): void {
  checkLiteral(subject);
  checkSize(connection, payload);
  if (connection.isUp()) connection.nats.publish(subject, payload);
}

export function subscribe(
  { nats, logger }: Connection,
  subject: string,
  handler: (subject: string, payload: Uint8Array) => void,
): { stop(): void } {
  checkPattern(subject);
  const subscription = nats.subscribe(subject, {
    callback(error, message) {
      if (error) return logger?.error({ err: error, subject }, "the bus server does not let us listen to this");
      try {
        handler(message.subject, message.data);
      } catch (failure) {
        logger?.error({ err: failure, subject: message.subject }, "a listener failed");
      }
    },
  });
  return { stop: () => subscription.unsubscribe() };
}

export async function publishDurable(
  { connection, jetstream, slots }: { connection: Connection; jetstream: JetStreamClient; slots: Slots },
  subject: string,
  payload: Uint8Array,
  { id, deadlineMs = DEFAULT_DEADLINE_MS, after, headers }: PublishOptions = {},
): Promise<PublishReceipt> {
  checkLiteral(subject);
  checkSize(connection, payload);
  const end = performance.now() + deadlineMs;
  return slots.run(async () => {
    connection.mustBeUp();
    const timeout = Math.ceil(end - performance.now());
    if (timeout <= 0) throw new DeadlineExceeded(`no time was left to store a message of ${subject}`);
    const options = {
      timeout,
      ...(headers === undefined ? {} : { headers: toHeaders(headers) }),
      ...(id === undefined ? {} : { msgID: id }),
      ...(after === undefined ? {} : { expect: { lastSubjectSequence: after } }),
    };
    const { seq, duplicate } = await jetstream.publish(subject, payload, options).catch((error: unknown) => {
      if (isOvertaken(error)) throw new Overtaken(`another message of ${subject} came before`, { cause: error });
      throw asBusError(error, subject);
    });
    return { sequence: seq, duplicate: duplicate ?? false };
  });
}

const isOvertaken = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
    error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown);
