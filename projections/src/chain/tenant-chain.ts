import { type ChainRecord, chainEvents, chainStream, type EventMetadata, type TenantId } from "@tradesage/contracts";
import { CHAIN_START, type ChainEnd, extendChain, isChained } from "@tradesage/event-chain";
import { type EventStore, eventIdFor, type RecordedEvent, WrongExpectedRevision } from "@tradesage/event-store";
import type { HeadSigner } from "@tradesage/secrets";

/** Events that a record tells of, at most: it stays below 100 KB. */
export const RECORD = 500;

export interface TenantChain {
  /** Takes a new event of the tenant, as they come. */
  take(event: RecordedEvent): void;
  /**
   * Records what is not recorded yet; gives the position that the chain reaches then. One at a time.
   * @throws WrongExpectedRevision where another process was faster; EventStoreUnavailable.
   */
  extend(): Promise<bigint>;
}

/** Where the chain ends in the store. */
interface Recorded extends ChainEnd {
  readonly revision: bigint | "no_stream";
}

export interface TenantChainOptions {
  readonly eventStore: Pick<EventStore, "readAll" | "readStream" | "append">;
  readonly signer: HeadSigner;
  readonly tenant: TenantId;
  readonly signal: AbortSignal;
}

type Links = ReturnType<typeof extendChain>;

/** Events that come while the store is read are kept, up to so many. */
const MEANWHILE = 10 * RECORD;

/**
 * The chain of a tenant's events. At first, and where another process has extended it, what is missing is read from the
 * store; from then on each event is linked as it comes, and not read again.
 */
export function createTenantChain({ eventStore, signer, tenant, signal }: TenantChainOptions): TenantChain {
  const stream = chainStream(tenant);
  /** Unknown as long as events may be missing between it and what comes. */
  let end: Recorded | undefined;
  /** What follows the end, in records of which only the last one grows. */
  let waiting: Links[] = [];
  /** The last link of all. */
  let tip: ChainEnd | undefined;
  /** What has come while the store is read: it will have been read, or not. */
  let meanwhile: RecordedEvent[] | undefined;

  function link(event: RecordedEvent): void {
    if (!tip || event.position <= BigInt(tip.upTo)) return;
    const next = extendChain(tip, [event]);
    const last = waiting.at(-1);
    if (last && last.events.length < RECORD) {
      last.events.push(...next.events);
      last.upTo = next.upTo;
      last.head = next.head;
    } else waiting.push(next);
    tip = { upTo: next.upTo, head: next.head };
  }

  async function record(after: Recorded, links: Links): Promise<Recorded> {
    const { upTo, head } = links;
    const signature = await signer.sign({ tenantId: tenant, upTo, head });
    const id = eventIdFor(`${stream}/${upTo}/${head}`, 0);
    const metadata: EventMetadata = {
      ...{ tenant, actor: "service:projections", command: id, digest: "", correlation: id },
      ...{ at: new Date().toISOString(), schema: chainEvents.ChainExtended.version },
    };
    const event = { id, type: chainEvents.ChainExtended.name, data: { ...links, signature }, metadata };
    const { revision } = await eventStore.append(stream, [event], after.revision);
    return { upTo, head, revision };
  }

  /** What comes meanwhile begins a record of its own, and waits. */
  async function recordWaiting(from: Recorded): Promise<bigint> {
    end = from;
    for (const links of waiting.splice(0)) end = await record(end, links);
    return BigInt(end.upTo);
  }

  async function recorded(): Promise<Recorded> {
    for await (const { data, revision } of eventStore.readStream(stream, { direction: "backwards", limit: 1 }))
      return { ...(data as ChainRecord), revision };
    return { upTo: "0", head: CHAIN_START, revision: "no_stream" };
  }

  async function readOn(): Promise<bigint> {
    meanwhile = [];
    let isWhole = true;
    let reached = await recorded();
    tip = reached;
    const after = BigInt(reached.upTo);
    for await (const event of eventStore.readAll({ ...(after > 0n && { after }), streamPrefixes: [`${tenant}-`] })) {
      if (signal.aborted) isWhole = false;
      if (signal.aborted) break;
      if (!isChained(event.stream)) continue;
      link(event);
      const [full, next] = waiting;
      if (!full || !next) continue;
      waiting.shift();
      reached = await record(reached, full);
      if (meanwhile.length < MEANWHILE) continue;
      isWhole = false;
      meanwhile = [];
    }
    const upTo = await recordWaiting(reached);
    meanwhile.forEach(link);
    meanwhile = undefined;
    if (!isWhole) forget();
    return upTo;
  }

  function forget(): void {
    end = undefined;
    tip = undefined;
    waiting = [];
    meanwhile = undefined;
  }

  return {
    take(event) {
      if (meanwhile) meanwhile.push(event);
      else
        try {
          link(event);
        } catch {
          // It is read again when the chain is extended, and told there.
          forget();
        }
    },
    async extend() {
      try {
        if (end && tip) return await recordWaiting(end);
      } catch (error) {
        forget();
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
      try {
        return await readOn();
      } catch (error) {
        forget();
        throw error;
      }
    },
  };
}
