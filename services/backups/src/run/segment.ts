import type { TenantId } from "@tradesage/contracts";
import { type ChainedLine, chainedLine, isChained } from "@tradesage/event-chain";
import type { EventStore } from "@tradesage/event-store";
import type { Shipped } from "../backup/backups.ts";

/** What a segment has turned out to hold, once it was taken to its end. */
export interface SegmentCount {
  events: number;
  chainHead: string;
}

/**
 * A tenant's events after what is shipped, up to and with a position, each chained to the one before. The events of the
 * backups themselves are left out: they tell of files, and would make each backup the reason for another.
 */
export async function* chainedLines(
  eventStore: Pick<EventStore, "readAll">,
  tenant: TenantId,
  shipped: Shipped,
  upTo: bigint,
): AsyncGenerator<ChainedLine, void, undefined> {
  let head = shipped.chainHead;
  const after = BigInt(shipped.upTo);
  const events = eventStore.readAll({ ...(after > 0n && { after }), streamPrefixes: [`${tenant}-`] });
  for await (const event of events) {
    if (event.position > upTo) return;
    if (!isChained(event.stream)) continue;
    const line = chainedLine(head, event);
    head = line.link;
    yield line;
  }
}

/** Characters that are handed on together: what takes them works by the piece, not by the line. */
const TOGETHER = 256 * 1024;

/** The same as bytes, a line each, counted. */
export async function* segmentOf(
  eventStore: Pick<EventStore, "readAll">,
  tenant: TenantId,
  shipped: Shipped,
  upTo: bigint,
  count: SegmentCount,
): AsyncGenerator<Buffer, void, undefined> {
  count.chainHead = shipped.chainHead;
  let text = "";
  for await (const { line, link } of chainedLines(eventStore, tenant, shipped, upTo)) {
    count.events++;
    count.chainHead = link;
    text += `${line}\n`;
    if (text.length < TOGETHER) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
}
