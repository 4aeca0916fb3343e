import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";

export interface BatchLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** Counted from the first item of a batch. */
  readonly maxWaitMs: number;
  /** A batch of so many bytes waits for nothing: it takes what is there. */
  readonly enoughBytes?: number;
}

/**
 * Gathers what `source` yields into batches; none is empty. It asks for one item ahead and no more, so a slow reader
 * holds the source back. It does not end the source: who stops reading early must do that.
 */
export async function* inBatches<Item>(
  source: AsyncIterator<Item>,
  { maxItems, maxBytes, maxWaitMs, enoughBytes = maxBytes }: BatchLimits,
  sizeOf: (item: Item) => number,
): AsyncGenerator<Item[]> {
  let next = ask(source);
  for (;;) {
    const first = await next;
    if (first.done) return;
    const batch: Item[] = [];
    let bytes = 0;
    const timer = new AbortController();
    const late = sleep(maxWaitMs, undefined, { signal: timer.signal }).catch(() => undefined);
    let result: IteratorResult<Item, unknown> | undefined = first;
    while (result && !result.done) {
      batch.push(result.value);
      bytes += sizeOf(result.value);
      next = ask(source);
      if (batch.length >= maxItems || bytes >= maxBytes) break;
      result = await Promise.race([next, bytes >= enoughBytes ? nextTurn() : late]);
    }
    timer.abort();
    yield batch;
  }
}

const nextTurn = (): Promise<undefined> => turn(undefined);

/** Its failure is thrown where it is awaited, which may be later. */
function ask<Item>(source: AsyncIterator<Item>): Promise<IteratorResult<Item, unknown>> {
  const next = source.next();
  next.catch(() => undefined);
  return next;
}
