import { type JsonObject, parseStream, type TenantId } from "@tradesage/contracts";
import type { ChainedEvent } from "@tradesage/event-chain";
import { type EventStore, eventIdFor, type NewEvent, WrongExpectedRevision } from "@tradesage/event-store";
import { RestoreError } from "./restore-error.ts";

/** An event of a history that is restored, and its place. */
interface Restoring {
  readonly stream: string;
  readonly revision: bigint;
  readonly event: NewEvent;
}

/** An event as it is in the target's history: the same, but for whose it is. */
export function asOf(event: ChainedEvent, source: TenantId, target: TenantId): Restoring {
  const { stream, type, data, metadata, id } = event;
  const revision = BigInt(event.revision);
  if (source === target) return { stream, revision, event: { id, type, data, metadata } };
  const aggregate = parseStream(stream)?.aggregate;
  // No data names its tenant, but what tells of the tenant itself and of its desk.
  const isOfTenant = aggregate === "tenant" || aggregate === "desk";
  const own: JsonObject = isOfTenant ? { ...data, tenantId: target } : data;
  const rest = stream.slice(source.length);
  return {
    stream: isOfTenant ? `${target}-${aggregate}-${target}` : `${target}${rest}`,
    revision,
    event: { id: eventIdFor(`${target}/${id}`, 0), type, data: own, metadata: { ...metadata, tenant: target } },
  };
}

const TOGETHER = 200;

/**
 * Appends events at their own revisions; those of one stream that follow each other go together. What a try that died
 * had written is found again by its ids, and gone on behind. Throws TENANT_EXISTS where something else is there.
 */
export function createWriter(eventStore: Pick<EventStore, "append" | "readStream">) {
  let waiting: Restoring[] = [];
  let position = 0n;

  async function flush(): Promise<void> {
    const [first] = waiting;
    if (!first) return;
    const events = waiting;
    waiting = [];
    try {
      await append(events);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      await append(await unwritten(first, events));
    }
  }

  async function append(events: readonly Restoring[]): Promise<void> {
    const [first] = events;
    if (!first) return;
    const expected = first.revision === 0n ? "no_stream" : first.revision - 1n;
    const made = events.map(({ event }) => event);
    ({ position } = await eventStore.append(first.stream, made, expected));
  }

  async function unwritten(
    { stream, revision }: Restoring,
    events: readonly Restoring[],
  ): Promise<readonly Restoring[]> {
    let written = 0;
    for await (const there of eventStore.readStream(stream, { from: revision, limit: events.length })) {
      if (there.id !== events[written]?.event.id)
        throw new RestoreError("TENANT_EXISTS", `${stream} has another event at ${there.revision}`);
      ({ position } = there);
      written++;
    }
    return events.slice(written);
  }

  return {
    async put(event: Restoring): Promise<void> {
      const isOther = waiting[0] !== undefined && waiting[0].stream !== event.stream;
      if (isOther || waiting.length === TOGETHER) await flush();
      waiting.push(event);
    },
    /** Writes what is left; gives where the history ends now. */
    async finish(): Promise<bigint> {
      await flush();
      return position;
    },
  };
}
