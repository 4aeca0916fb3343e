import { randomUUID } from "node:crypto";
import {
  EventStoreDBClient as Client,
  type EventStoreDBClient,
  type JSONEventData,
  jsonEvent,
  type ResolvedEvent,
} from "@eventstore/db-client";
import { onTestFinished } from "vitest";

/** The server that the environment names: the embedded one of the local stack, or a real EventStoreDB. */
export function connect(url = process.env["EVENTSTORE_URL"] ?? ""): EventStoreDBClient {
  const client = Client.connectionString(url);
  onTestFinished(() => client.dispose());
  return client;
}

/** A name that no other test uses; its category neither. */
export const newStream = (): string => `${newCategory()}-1`;
export const newCategory = (): string => `c${randomUUID().replaceAll("-", "")}`;

export const someEvents = (count: number, type = "Happened"): JSONEventData[] =>
  Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { index } }));

export const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

export const receivedIds = (resolved: readonly ResolvedEvent[]): (string | undefined)[] =>
  resolved.map(({ event }) => event?.id);

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The first items of something that does not end. Leaving it ends the call. */
export async function take<Item>(
  items: AsyncIterable<Item> & { unsubscribe(): Promise<void> },
  isLast: (item: Item, count: number) => boolean,
): Promise<Item[]> {
  const all: Item[] = [];
  try {
    for await (const item of items) {
      all.push(item);
      if (isLast(item, all.length)) return all;
    }
    return all;
  } finally {
    await items.unsubscribe();
  }
}
