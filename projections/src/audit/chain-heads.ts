import { ChainRecord, type chainQueries, chainStream } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import type { z } from "zod";

type Question = z.output<typeof chainQueries.chainHeads.schema>;
type Page = z.output<typeof chainQueries.chainHeads.answer>;

/** A page of the signed heads of a tenant's chain, newest first. @throws EventStoreUnavailable */
export async function chainHeads(eventStore: Pick<EventStore, "readStream">, question: Question): Promise<Page> {
  const { tenantId, limit, cursor } = question;
  const items: Page["items"] = [];
  let next: bigint | undefined;
  for await (const { data, at, revision } of eventStore.readStream(chainStream(tenantId), {
    ...{ direction: "backwards", limit },
    ...(cursor !== undefined && { from: BigInt(cursor) }),
  })) {
    const { upTo, head, signature } = ChainRecord.parse(data);
    items.push({ tenantId, upTo, head, recordedAt: at.toISOString(), signature });
    next = revision - 1n;
  }
  return { items, ...(items.length === limit && next !== undefined && next >= 0n && { next: String(next) }) };
}
