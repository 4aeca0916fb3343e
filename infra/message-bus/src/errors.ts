import { NoRespondersError, PermissionViolationError, RequestError, TimeoutError } from "@nats-io/transport-node";

/** The bus, or whoever should have answered, is not there. Nothing was delivered, so nothing was changed: ask again. */
export class BusUnavailable extends Error {
  override readonly name = "BusUnavailable";
  readonly code = "UNAVAILABLE";
}

/** No answer came in time. What was asked for may or may not have happened: ask again under the same id to learn it. */
export class DeadlineExceeded extends Error {
  override readonly name = "DeadlineExceeded";
  readonly code = "DEADLINE_EXCEEDED";
}

/** Not stored: since the message that it was to follow, another one of its subject was. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

/** The stream ends before the place where reading was to begin: it was reset, or it is another one. */
export class StreamRewound extends Error {
  override readonly name = "StreamRewound";
  /** The sequence that was asked for, and the last one of the stream. */
  readonly asked: number;
  readonly last: number;

  constructor(stream: string, asked: number, last: number) {
    super(`stream ${stream} ends at ${last}, before ${asked} where reading was to begin`);
    this.asked = asked;
    this.last = last;
  }
}

/** What the client's error comes to: was it surely not delivered, or is that not known? */
export function asBusError(error: unknown, subject: string): BusUnavailable | DeadlineExceeded {
  const cause = error instanceof RequestError ? (error.cause ?? error) : error;
  if (cause instanceof NoRespondersError) return new BusUnavailable(`nobody serves ${subject}`, { cause });
  if (cause instanceof PermissionViolationError) return new BusUnavailable(`no permission for ${subject}`, { cause });
  if (cause instanceof TimeoutError) return new DeadlineExceeded(`no answer from ${subject} in time`, { cause });
  if (cause instanceof RequestError) return new DeadlineExceeded(`the answer from ${subject} was cut off`, { cause });
  return new BusUnavailable(`the bus did not take a message for ${subject}`, { cause });
}
