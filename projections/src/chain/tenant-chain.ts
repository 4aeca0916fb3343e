import { type ChainRecord, chainEvents, chainStream, type EventMetadata, type TenantId } from "@tradesage/contracts";
import { CHAIN_START, type ChainEnd, type ChainEntry, entryOf, extendChain, isChained } from "@tradesage/event-chain";
import { type EventStore, eventIdFor, type KeptEvent, WrongExpectedRevision } from "@tradesage/event-store";
import type { HeadSigner } from "@tradesage/secrets";

/** Events that a record tells of, at most: it stays below 100 KB. */
export const RECORD = 500;

export interface TenantChain {
  /** Takes a new event of the tenant, as they come. */
  take(event: KeptEvent): void;
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
  readonly eventStore: Pick<EventStore, "readPages" | "readStream" | "append">;
  readonly signer: HeadSigner;
  readonly tenant: TenantId;
  readonly signal: AbortSignal;
}

/** Events that come while the store is read are kept, up to so many. */
const MEANWHILE = 10 * RECORD;

/**
 * The chain of a tenant's events. At first, and where another process has extended it, what is missing is read from the
 * store; from then on each event is digested as it comes, and not read again. A chain that was begun in an older form is
 * gone on with in today's.
 */
export function createTenantChain({ eventStore, signer, tenant, signal }: TenantChainOptions): TenantChain {
  const stream = chainStream(tenant);
  /** Unknown as long as events may be missing between it and what comes. */
  let end: Recorded | undefined;
  /** What follows the end. */
  let waiting: ChainEntry[] = [];
  /** Where the last of all that was taken stands. */
  let taken = 0n;
  /** What has come while the store is read: it will have been read, or not. Not kept where it is too much. */
  let meanwhile: ChainEntry[] | undefined;

  async function record(after: Recorded, events: readonly ChainEntry[]): Promise<Recorded> {
    const links = extendChain(after, events);
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
    const events = waiting.splice(0);
    let reached = from;
    while (events.length > 0) reached = await record(reached, events.splice(0, RECORD));
    end &&= reached;
    return BigInt(reached.upTo);
  }

  async function recorded(): Promise<Recorded> {
    for await (const { data, revision } of eventStore.readStream(stream, { direction: "backwards", limit: 1 }))
      return { ...(data as ChainRecord), revision };
    return { upTo: "0", head: CHAIN_START, revision: "no_stream" };
  }

  async function readOn(): Promise<bigint> {
    const coming: ChainEntry[] = [];
    meanwhile = coming;
    let reached = await recorded();
    const read: ChainEntry[] = [];
    const after = BigInt(reached.upTo);
    for await (const page of eventStore.readPages({ ...(after > 0n && { after }), streamPrefixes: [`${tenant}-`] })) {
      if (signal.aborted || coming.length >= MEANWHILE) forget();
      if (signal.aborted) break;
      for (const event of page) if (isChained(event.stream)) read.push(entryOf(event));
      while (read.length >= RECORD) reached = await record(reached, read.splice(0, RECORD));
    }
    if (read.length > 0) reached = await record(reached, read);
    const upTo = BigInt(reached.upTo);
    if (meanwhile === coming) {
      end = reached;
      waiting = coming.filter(([position]) => BigInt(position) > upTo);
      taken = BigInt(waiting.at(-1)?.[0] ?? upTo);
      meanwhile = undefined;
    }
    return upTo;
  }

  /** What is missing will be read. */
  function forget(): void {
    end = undefined;
    waiting = [];
    meanwhile = undefined;
  }

  function put(event: KeptEvent): void {
    if (meanwhile) meanwhile.push(entryOf(event));
    else if (end && event.position > taken) {
      waiting.push(entryOf(event));
      taken = event.position;
    }
  }

  return {
    take(event) {
      try {
        put(event);
      } catch {
        // It is read again when the chain is extended, and told there.
        forget();
      }
    },
    async extend() {
      try {
        if (end) return await recordWaiting(end);
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
