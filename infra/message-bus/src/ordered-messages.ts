import { setTimeout as sleep } from "node:timers/promises";
import { AckPolicy, type Consumer, DeliverPolicy, type JetStreamClient, type JsMsg } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { DurableConsumer, DurableMessage } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { StreamRewound } from "./errors.ts";
import { headersOf } from "./wire.ts";

interface Source {
  readonly connection: Connection;
  readonly jetstream: JetStreamClient;
  readonly consumer: DurableConsumer;
  readonly startSequence: number;
  readonly signal: AbortSignal;
}

const RETRY_MS = 500;
const MESSAGES_ON_THEIR_WAY = 128;

/**
 * The messages of a stream from `startSequence` on, each once and in order, until the signal. The server's consumer is
 * a throw-away: it delivers without acknowledgements, and at the first doubt (a number missing in its deliveries, a
 * failed request, a reconnection) a new one is made behind the last message that was yielded.
 * Throws {@link StreamRewound} where the stream ends before `startSequence`.
 */
export async function* orderedMessages(source: Source): AsyncGenerator<DurableMessage> {
  const { connection, consumer, signal } = source;
  let next = source.startSequence;
  while (!signal.aborted) {
    try {
      const untilDoubt = AbortSignal.any([signal, connection.link()]);
      for await (const message of delivered(await openAt(source, next), untilDoubt)) {
        next = message.seq + 1;
        const { subject, data: payload, seq: sequence, time: at } = message;
        yield { subject, payload, sequence, at, headers: headersOf(message.headers) };
      }
    } catch (error) {
      if (error instanceof StreamRewound) throw error;
      if (signal.aborted) return;
      if (connection.isUp()) connection.logger?.warn({ err: error, consumer: consumer.name, next }, "reading again");
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function openAt({ connection, jetstream, consumer }: Source, next: number): Promise<Consumer> {
  connection.mustBeUp();
  const { consumers, streams } = await jetstream.jetstreamManager(false);
  const { state } = await streams.info(consumer.stream);
  if (next > state.last_seq + 1) throw new StreamRewound(consumer.stream, next, state.last_seq);
  if (next < state.first_seq && state.first_seq > 1 && next > 1)
    connection.logger?.error({ next, first: state.first_seq }, "messages went from the stream before they were read");
  const created = await consumers.add(consumer.stream, {
    description: consumer.name,
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: next,
    inactive_threshold: nanos(60_000),
    mem_storage: true,
    num_replicas: 1,
  });
  return jetstream.consumers.getConsumerFromInfo(created);
}

/**
 * Ends with the signal, or before the first message that does not follow the one before. The next are asked for whenever
 * a part of those before was read: so there is always something to read, and never more in memory than
 * `MESSAGES_ON_THEIR_WAY`, however large.
 */
async function* delivered(consumer: Consumer, signal: AbortSignal): AsyncGenerator<JsMsg> {
  const messages = await consumer.consume({
    max_messages: MESSAGES_ON_THEIR_WAY,
    threshold_messages: 0.75 * MESSAGES_ON_THEIR_WAY,
    abort_on_missing_resource: true,
  });
  const close = () => void messages.close();
  signal.addEventListener("abort", close, { once: true });
  let deliveries = 0;
  try {
    if (signal.aborted) return;
    for await (const message of messages) {
      if (signal.aborted || message.info.deliverySequence !== deliveries + 1) return;
      deliveries++;
      yield message;
    }
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}
