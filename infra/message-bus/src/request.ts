import { NoRespondersError, PermissionViolationError, RequestError, TimeoutError } from "@nats-io/transport-node";
import { type JsonValue, refuse } from "@tradesage/contracts";
import { SpanKind, withSpan } from "@tradesage/telemetry";
import type { Connection } from "./connection.ts";
import { BusUnavailable, DeadlineExceeded } from "./errors.ts";
import { checkLiteral } from "./subject.ts";
import { decodeReply, encodeJson, requestHeaders } from "./wire.ts";

const DEFAULT_DEADLINE_MS = 5_000;

export async function request(
  connection: Connection,
  subject: string,
  payload: JsonValue,
  { deadlineMs = DEFAULT_DEADLINE_MS }: { deadlineMs?: number } = {},
): Promise<unknown> {
  checkLiteral(subject);
  const bytes = encodeJson(payload);
  checkSize(connection, bytes);
  if (deadlineMs <= 0) throw new DeadlineExceeded(`no time was left to ask ${subject}`);
  const attributes = { "messaging.system": "nats", "messaging.destination.name": subject };
  return withSpan(
    `request ${spanSubject(subject)}`,
    attributes,
    async () => {
      connection.mustBeUp();
      const options = { timeout: Math.ceil(deadlineMs), headers: requestHeaders(deadlineMs) };
      const reply = await connection.nats.request(subject, bytes, options).catch((error: unknown) => {
        throw asBusError(error, subject);
      });
      return decodeReply(reply);
    },
    SpanKind.CLIENT,
  );
}

/** `cmd.trading` of `cmd.trading.acme.PlaceOrder.3`: few names, so that spans can be counted by them. */
export const spanSubject = (subject: string): string => subject.split(".", 2).join(".");

export function checkSize({ nats }: Connection, payload: Uint8Array): void {
  const limit = nats.info?.max_payload ?? Number.POSITIVE_INFINITY;
  // Room for headers, which count as well.
  if (payload.length > limit - 1024)
    refuse("BODY_TOO_LARGE", undefined, { bytes: payload.length, limit: limit - 1024 });
}

/** Which of our two errors it is: was it surely not delivered, or is that not known? */
export function asBusError(error: unknown, subject: string): BusUnavailable | DeadlineExceeded {
  const cause = error instanceof RequestError ? (error.cause ?? error) : error;
  if (cause instanceof NoRespondersError) return new BusUnavailable(`nobody serves ${subject}`, { cause });
  if (cause instanceof PermissionViolationError) return new BusUnavailable(`no permission for ${subject}`, { cause });
  if (cause instanceof TimeoutError) return new DeadlineExceeded(`no answer from ${subject} in time`, { cause });
  if (cause instanceof RequestError) return new DeadlineExceeded(`the answer from ${subject} was cut off`, { cause });
  return new BusUnavailable(`the bus did not take a message for ${subject}`, { cause });
}
