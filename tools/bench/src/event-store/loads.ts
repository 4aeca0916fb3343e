import { randomUUID } from "node:crypto";
import {
  type EventStoreDBClient,
  type Filter,
  jsonEvent,
  NO_STREAM,
  START,
  streamNameFilter,
} from "@eventstore/db-client";
import { measure } from "../measure.ts";
import { PREFIX, type Sizes, STREAM, someData } from "./sizes.ts";

const newEvent = (bytes: number) => jsonEvent({ type: "Measured", data: someData(bytes) });

/** Appends of `batch` events from `clients` loops, each at the exact revision of a stream of its own. Gives events/s. */
export async function appends(
  client: EventStoreDBClient,
  { clients, batch, seconds, bytes }: { clients: number; batch: number; seconds: number; bytes: number },
): Promise<number> {
  const streams = Array.from({ length: clients }, () => ({ name: `load-${randomUUID()}`, next: 0 }));
  const { perSecond } = await measure({ clients, seconds }, async (number) => {
    const stream = streams[number];
    if (!stream) throw new Error(`there is no client ${number}`);
    const expectedRevision = stream.next === 0 ? NO_STREAM : BigInt(stream.next - 1);
    const events = Array.from({ length: batch }, () => newEvent(bytes));
    await client.appendToStream(stream.name, events, { expectedRevision });
    stream.next += batch;
  });
  return perSecond * batch;
}

/** As many events as are to be read, and between them as many that a filter leaves out. */
export async function fill(client: EventStoreDBClient, { count, bytes }: Sizes): Promise<void> {
  const batch = 500;
  for (let done = 0; done < count; done += batch) {
    const events = () => Array.from({ length: Math.min(batch, count - done) }, () => newEvent(bytes));
    await Promise.all([client.appendToStream(STREAM, events()), client.appendToStream("other-stream", events())]);
  }
}

/** Reads of a whole stream, of a filtered `$all` and of a whole `$all`: each gives events/s over `count` events. */
export const reads = {
  stream: (client: EventStoreDBClient, count: number) =>
    timed(count, async (seen) => {
      for await (const _ of client.readStream(STREAM, { maxCount: count })) seen();
    }),
  filtered: (client: EventStoreDBClient, count: number) =>
    timed(count, (seen) => follow(client, count, seen, streamNameFilter({ prefixes: [PREFIX] }))),
  all: (client: EventStoreDBClient, count: number) => timed(count, (seen) => follow(client, count, seen)),
} as const;

async function follow(client: EventStoreDBClient, count: number, seen: () => void, filter?: Filter): Promise<void> {
  const subscription = client.subscribeToAll({ fromPosition: START, ...(filter && { filter }) });
  let left = count;
  for await (const _ of subscription) {
    seen();
    if (--left === 0) break;
  }
  await subscription.unsubscribe();
}

async function timed(count: number, read: (seen: () => void) => Promise<void>): Promise<number> {
  const begin = performance.now();
  let seen = 0;
  await read(() => seen++);
  if (seen < count) throw new Error(`${seen} of ${count} events came`);
  return (count * 1000) / (performance.now() - begin);
}
