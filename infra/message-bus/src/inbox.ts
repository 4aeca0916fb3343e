import { createInbox, type Msg, type MsgHdrs, PermissionViolationError } from "@nats-io/transport-node";
import type { Connection } from "./connection.ts";
import { asBusError, BusUnavailable, DeadlineExceeded } from "./errors.ts";

/** Sends requests and waits for what comes back, on one subscription for all of a connection's. */
export interface Inbox {
  /**
   * Waits for the answer, at most `deadlineMs` and a little; also through a loss of the connection, for it may come
   * yet. Throws {@link BusUnavailable} where nobody serves the subject or it is not allowed, else
   * {@link DeadlineExceeded}.
   */
  ask(subject: string, payload: Uint8Array, deadlineMs: number, headers?: MsgHdrs): Promise<Msg>;
}

interface Waiting {
  readonly subject: string;
  /** By `performance.now()`. */
  readonly until: number;
  readonly answer: PromiseWithResolvers<Msg>;
}

/** From one look for those whose time is over to the next. */
const LOOK_MS = 10;
/** NATS' status for a request that nobody listens to (ADR-4). */
const NO_RESPONDERS = 503;

/** The client's own `request` makes two errors, a timer and three promises for each, which is most of what it costs. */
export function openInbox({ nats }: Connection): Inbox {
  const prefix = `${createInbox()}.`;
  const waiting = new Map<string, Waiting>();
  let asked = 0;
  let isListening = false;
  let isLooking = false;

  function take(message: Msg): void {
    const token = message.subject.slice(prefix.length);
    const entry = waiting.get(token);
    if (!entry) return;
    waiting.delete(token);
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS)
      entry.answer.reject(new BusUnavailable(`nobody serves ${entry.subject}`));
    else entry.answer.resolve(message);
  }

  function fail(whose: (entry: Waiting) => boolean, error: (subject: string) => Error): void {
    for (const [token, entry] of waiting) {
      if (!whose(entry)) continue;
      waiting.delete(token);
      entry.answer.reject(error(entry.subject));
    }
  }

  const noPermission = (cause: Error) => (subject: string) =>
    new BusUnavailable(`no permission for ${subject}`, { cause });

  function listen(): void {
    nats.subscribe(`${prefix}*`, {
      callback(error, message) {
        if (!error) return take(message);
        // The client lets go of a subscription that the server refuses.
        isListening = false;
        fail(() => true, noPermission(error));
      },
    });
    isListening = true;
  }

  function look(): void {
    isLooking = waiting.size > 0;
    if (isLooking) setTimeout(endThoseTooLate, LOOK_MS);
  }

  function endThoseTooLate(): void {
    const now = performance.now();
    fail(
      ({ until }) => until <= now,
      (subject) => new DeadlineExceeded(`no answer from ${subject} in time`),
    );
    look();
  }

  async function watchPermissions(): Promise<void> {
    for await (const status of nats.status()) {
      if (status.type !== "error" || !(status.error instanceof PermissionViolationError)) continue;
      const { operation, subject } = status.error;
      if (operation === "publish") fail((entry) => entry.subject === subject, noPermission(status.error));
    }
  }

  async function watchClosed(): Promise<void> {
    await nats.closed();
    fail(
      () => true,
      (subject) => new DeadlineExceeded(`the answer from ${subject} was cut off`),
    );
  }

  void watchPermissions();
  void watchClosed();

  return {
    ask(subject, payload, deadlineMs, headers) {
      const token = String(++asked);
      const answer = Promise.withResolvers<Msg>();
      waiting.set(token, { subject, until: performance.now() + deadlineMs, answer });
      if (!isLooking) look();
      try {
        if (!isListening) listen();
        nats.publish(subject, payload, { reply: prefix + token, ...(headers && { headers }) });
      } catch (error) {
        waiting.delete(token);
        answer.reject(asBusError(error, subject));
      }
      return answer.promise;
    },
  };
}
