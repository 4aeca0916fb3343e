import type { JetStreamClient } from "@nats-io/jetstream";
import { inBatches } from "./batches.ts";
import type { ConsumeOptions, DurableBatch, DurableConsumer } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { orderedMessages } from "./ordered-messages.ts";

export async function* consume(
  connection: Connection,
  jetstream: JetStreamClient,
  consumer: DurableConsumer,
  options: ConsumeOptions,
): AsyncGenerator<DurableBatch> {
  const { startSequence, maxMessages, maxBytes = Number.POSITIVE_INFINITY } = options;
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const messages = orderedMessages({ connection, jetstream, consumer, startSequence, signal });
  const limits = { ...options, maxItems: maxMessages, maxBytes };
  try {
    for await (const batch of inBatches(messages, limits, ({ payload }) => payload.length)) {
      const last = batch.at(-1);
      if (last) yield { messages: batch, lastSequence: last.sequence };
    }
  } finally {
    end.abort();
  }
}
