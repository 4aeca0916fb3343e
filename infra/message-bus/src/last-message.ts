import type { JetStreamClient } from "@nats-io/jetstream";
import type { DurableMessage } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { asBusError } from "./errors.ts";
import { checkLiteral } from "./subject.ts";
import { headersOf } from "./wire.ts";

/** Asks the stream's leader; a replica may lag behind. */
export async function lastMessage(
  connection: Connection,
  jetstream: JetStreamClient,
  stream: string,
  subject: string,
): Promise<DurableMessage | undefined> {
  checkLiteral(subject);
  connection.mustBeUp();
  const { streams } = await jetstream.jetstreamManager(false);
  const found = await streams.getMessage(stream, { last_by_subj: subject }).catch((error: unknown) => {
    throw asBusError(error, subject);
  });
  return found
    ? { subject, payload: found.data, sequence: found.seq, at: found.time, headers: headersOf(found.header) }
    : undefined;
}
