import { type JsonValue, refuse } from "@tradesage/contracts";
import type { Connection } from "./connection.ts";
import { DeadlineExceeded } from "./errors.ts";
import type { Inbox } from "./inbox.ts";
import type { Observe } from "./observe.ts";
import { checkLiteral } from "./subject.ts";
import { endOfTurn } from "./turn.ts";
import { decodeReply, encodeJson, requestHeaders } from "./wire.ts";

const DEFAULT_DEADLINE_MS = 5_000;

export async function request(
  { connection, inbox, observe }: { connection: Connection; inbox: Inbox; observe: Observe },
  subject: string,
  payload: JsonValue,
  { deadlineMs = DEFAULT_DEADLINE_MS }: { deadlineMs?: number } = {},
): Promise<unknown> {
  checkLiteral(subject);
  const bytes = encodeJson(payload);
  checkSize(connection, bytes);
  return observe("request", subject, async () => {
    connection.mustBeUp();
    if (deadlineMs <= 0) throw new DeadlineExceeded(`no time was left to ask ${subject}`);
    await endOfTurn();
    return decodeReply(await inbox.ask(subject, bytes, deadlineMs, requestHeaders(deadlineMs)));
  });
}

export function checkSize(connection: Connection, { length }: Uint8Array): void {
  const limit = connection.maxPayload();
  if (length > limit) refuse("BODY_TOO_LARGE", undefined, { bytes: length, limit });
}
