import { type ChainRecord, chainEvents, chainStream, type EventMetadata, type TenantId } from "@tradesage/contracts";
import { CHAIN_START, type ChainEnd, extendChain, isChained } from "@tradesage/event-chain";
import { type EventStore, eventIdFor, type RecordedEvent } from "@tradesage/event-store";
import type { HeadSigner } from "@tradesage/secrets";

/** Events that a record tells of, at most: it stays below 100 KB. */
export const RECORD = 500;

interface Recorded extends ChainEnd {
  readonly revision: bigint | "no_stream";
}

/**
 * Records what of a tenant's history is not in its chain yet; gives the position that the chain reaches then.
 * @throws WrongExpectedRevision where another process was faster; EventStoreUnavailable.
 */
export async function recordChain(
  eventStore: Pick<EventStore, "readAll" | "readStream" | "append">,
  signer: HeadSigner,
  tenant: TenantId,
  signal: AbortSignal,
): Promise<bigint> {
  const stream = chainStream(tenant);
  let end: Recorded = { upTo: "0", head: CHAIN_START, revision: "no_stream" };
  for await (const { data, revision } of eventStore.readStream(stream, { direction: "backwards", limit: 1 }))
    end = { ...(data as ChainRecord), revision };

  async function write(events: readonly RecordedEvent[]): Promise<Recorded> {
    const record = extendChain(end, events);
    const { upTo, head } = record;
    const signature = await signer.sign({ tenantId: tenant, upTo, head });
    const id = eventIdFor(`${stream}/${upTo}/${head}`, 0);
    const metadata: EventMetadata = {
      ...{ tenant, actor: "service:projections", command: id, digest: "", correlation: id },
      ...{ at: new Date().toISOString(), schema: chainEvents.ChainExtended.version },
    };
    const event = { id, type: chainEvents.ChainExtended.name, data: { ...record, signature }, metadata };
    const { revision } = await eventStore.append(stream, [event], end.revision);
    return { upTo, head, revision };
  }

  const after = BigInt(end.upTo);
  let batch: RecordedEvent[] = [];
  for await (const event of eventStore.readAll({ ...(after > 0n && { after }), streamPrefixes: [`${tenant}-`] })) {
    if (signal.aborted) break;
    if (!isChained(event.stream)) continue;
    batch.push(event);
    if (batch.length < RECORD) continue;
    end = await write(batch);
    batch = [];
  }
  if (batch.length > 0) end = await write(batch);
  return BigInt(end.upTo);
}
