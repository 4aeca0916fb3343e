import type { RecordedEvent } from "@tradesage/event-store";
import { digestOf, isChained, toldOf } from "./chained-event.ts";
import { type Finding, finding } from "./finding.ts";
import type { Line } from "./read-lines.ts";

/**
 * Holds a tenant's history in the store against what was backed up of it, up to where that ends: what is changed, missing
 * or inserted in the store, if the backup is right.
 */
export async function* compareHistories(
  events: AsyncIterable<RecordedEvent>,
  lines: AsyncIterable<Line>,
): AsyncGenerator<Finding> {
  const store = events[Symbol.asyncIterator]();
  const take = async (): Promise<RecordedEvent | undefined> => {
    for (;;) {
      const { done, value } = await store.next();
      if (done) return undefined;
      if (isChained(value.stream)) return value;
    }
  };
  let event = await take();
  for await (const { told: line } of lines) {
    for (; event && event.position < BigInt(line.position); event = await take())
      yield finding("store", "inserted", toldOf(event));
    if (event?.position !== BigInt(line.position)) {
      yield finding("store", "missing", line);
      continue;
    }
    if (digestOf(toldOf(event)) !== digestOf(line)) yield finding("store", "changed", line);
    event = await take();
  }
}
