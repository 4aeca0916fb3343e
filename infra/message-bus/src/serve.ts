import { setTimeout as sleep } from "node:timers/promises";
import type { Msg } from "@nats-io/transport-node";
import { type JsonValue, Refused } from "@tradesage/contracts";
import { continueTrace } from "@tradesage/telemetry";
import type { BusRequest, Serving } from "./bus.ts";
import type { Connection } from "./connection.ts";
import type { Observe } from "./observe.ts";
import { createSlots } from "./slots.ts";
import { checkPattern } from "./subject.ts";
import { endOfTurn } from "./turn.ts";
import { deadlineOf, decodeJson, encodeJson, encodeRefusal, type Reply, refusalOf, traceparentOf } from "./wire.ts";

type Handler = (request: BusRequest) => Promise<JsonValue>;

const MAX_RUNNING = 256;
const MAX_WAITING = 8_192;
const DEFAULT_DEADLINE_MS = 5_000;
const STOP_DEADLINE_MS = 4_000;

export async function serve(
  { connection, observe }: { connection: Connection; observe: Observe },
  subject: string,
  queueGroup: string,
  handler: Handler,
): Promise<Serving> {
  checkPattern(subject);
  connection.mustBeUp();
  const { nats, logger } = connection;
  const slots = createSlots(MAX_RUNNING);
  const open = new Set<Promise<void>>();

  async function take(message: Msg): Promise<void> {
    const deadlineMs = deadlineOf(message, DEFAULT_DEADLINE_MS);
    const end = performance.now() + deadlineMs;
    if (slots.waiting >= MAX_WAITING) return respond(message, encodeRefusal(new Refused("UNAVAILABLE")));
    await slots.run(async () => {
      const remaining = end - performance.now();
      if (remaining <= 0) return logger?.warn({ subject: message.subject }, "dropped: its caller has stopped waiting");
      const reply = await answer(message, remaining);
      await endOfTurn();
      respond(message, reply);
    });
  }

  /** Never throws: whatever happens is an answer. */
  function answer(message: Msg, deadlineMs: number): Promise<Reply> {
    const { subject } = message;
    const handle = async (): Promise<Reply> => {
      const payload = encodeJson(await handler({ subject, payload: decodeJson(message.data), deadlineMs }));
      if (payload.length > connection.maxPayload())
        throw new Error(`an answer of ${payload.length} bytes is too large`);
      return { payload };
    };
    const observed = continueTrace(traceparentOf(message), () => observe("serve", subject, handle));
    return observed.catch((error: unknown) => {
      const refusal = refusalOf(error);
      if (!refusal) logger?.error({ err: error, subject }, "a request failed");
      return encodeRefusal(refusal ?? new Refused("INTERNAL"));
    });
  }

  function respond(message: Msg, { payload, headers }: Reply): void {
    try {
      message.respond(payload, headers ? { headers } : {});
    } catch (error) {
      logger?.error({ err: error, subject: message.subject }, "the answer could not be sent");
    }
  }

  const subscription = nats.subscribe(subject, {
    queue: queueGroup,
    callback(error, message) {
      if (error) return logger?.error({ err: error, subject }, "the bus server does not let us serve this");
      const done = take(message).finally(() => open.delete(done));
      open.add(done);
    },
  });
  // Once it returns the server knows of the subscription: requests are answered from here on.
  await connection.flush().catch((error: unknown) => {
    subscription.unsubscribe();
    throw error;
  });

  return {
    async stop() {
      await subscription.drain().catch(() => undefined);
      await Promise.race([Promise.allSettled(open), sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
    },
  };
}
