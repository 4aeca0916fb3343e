import type { KeptEvent } from "@tradesage/event-store";
import { chainedOf } from "./chain.ts";
import { type Finding, finding } from "./finding.ts";
import { digestIn } from "./older-forms.ts";
import type { Line } from "./read-lines.ts";

/**
 * Holds a tenant's history in the store against what was backed up of it, up to where that ends: what is changed, missing
 * or inserted in the store, if the backup is right.
 */
export async function* compareHistories(
  pages: AsyncIterable<readonly KeptEvent[]>,
  lines: AsyncIterable<Line>,
): AsyncGenerator<Finding> {
  const store = chainedOf(pages);
  const take = async () => (await store.next()).value;
  let event = await take();
  for await (const { told: line, form, sum } of lines) {
    const position = BigInt(line.position);
    for (; event && event.position < position; event = await take()) yield finding("store", "inserted", event);
    if (event?.position !== position) {
      yield finding("store", "missing", line);
      continue;
    }
    if (digestIn(form, event) !== sum) yield finding("store", "changed", line);
    event = await take();
  }
}
