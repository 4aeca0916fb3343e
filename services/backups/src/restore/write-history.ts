import { streams, type TenantId } from "@tradesage/contracts";
import {
  type Appended,
  type EventStore,
  eventIdFor,
  type KeptEvent,
  type NewEvent,
  WrongExpectedRevision,
} from "@tradesage/event-store";
import { RestoreError } from "./restore-error.ts";

/** An event of a history that is restored, and its place. */
interface Restoring {
  readonly stream: string;
  readonly revision: bigint;
  readonly event: Pick<KeptEvent, "id" | "type" | "data" | "metadata">;
}

/** What makes of an event the one that is in the target's history: the same, but for whose it is. */
export function giveTo(source: TenantId, target: TenantId): (event: KeptEvent) => Restoring {
  if (source === target) return (event) => ({ stream: event.stream, revision: event.revision, event });
  // No data names its tenant, but what tells of the tenant itself and of its desk.
  const own = new Map([
    [streams.tenant(source), streams.tenant(target)],
    [streams.desk(source), streams.desk(target)],
  ]);
  const [begin, named] = [source, target].map((tenant) => Buffer.from(`{"tenant":"${tenant}"`)) as [Buffer, Buffer];
  /** Whose an event is stands first in its metadata, unless an older release put them into the order of their names. */
  const metadataOf = (metadata: Buffer): Buffer =>
    metadata.subarray(0, begin.length).equals(begin)
      ? Buffer.concat([named, metadata.subarray(begin.length)])
      : withMember(metadata, "tenant", target);
  /** Of the stream that had the event before: most have it in common with the next. */
  let [of, to] = ["", ""];
  return ({ stream, revision, id, type, data, metadata }) => {
    const renamed = own.get(stream);
    if (stream !== of) [of, to] = [stream, renamed ?? `${target}${stream.slice(source.length)}`];
    return {
      stream: to,
      revision,
      event: {
        ...{ id: eventIdFor(`${target}/${id}`, 0), type },
        data: renamed === undefined ? data : withMember(data, "tenantId", target),
        metadata: metadataOf(metadata),
      },
    };
  };
}

const withMember = (json: Buffer, name: string, value: string): Buffer =>
  Buffer.from(JSON.stringify({ ...JSON.parse(json.toString()), [name]: value }));

/** Events of an append, and their bytes, at most: a server takes a megabyte unless told otherwise. */
const TOGETHER = 500;
const BYTES = 256 * 1024;
/** Events that are on their way at once: their appends share the server's transactions, and each is answered in time. */
const UNDER_WAY = 2_000;

/** Events of one stream that follow each other. */
interface Run {
  readonly stream: string;
  readonly first: bigint;
  readonly events: NewEvent[];
  bytes: number;
}

/**
 * Appends events at their own revisions and in their order; those of one stream that follow each other go together, and
 * many appends are on their way at once. What a try that died had written is found again by its ids, and gone on behind.
 * Throws TENANT_EXISTS where something else is there, or where events lie in another order.
 */
export function createWriter(eventStore: Pick<EventStore, "append" | "readStream">) {
  let gathering: Run | undefined;
  const underWay: { readonly run: Run; readonly appended: Promise<Appended> }[] = [];
  let eventsUnderWay = 0;
  let position = 0n;

  async function send(): Promise<void> {
    if (!gathering) return;
    const run = gathering;
    gathering = undefined;
    const appended = append(run);
    // It is waited for later; a failure before that is not unhandled.
    appended.catch(() => undefined);
    underWay.push({ run, appended });
    eventsUnderWay += run.events.length;
    while (eventsUnderWay > UNDER_WAY) await settleOldest();
  }

  async function settleOldest(): Promise<void> {
    const oldest = underWay.shift();
    if (!oldest) return;
    const { run, appended } = oldest;
    eventsUnderWay -= run.events.length;
    const reached = await appended.catch(async (error: unknown) => {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      return goOn(run);
    });
    if (reached.position <= position)
      throw new RestoreError("TENANT_EXISTS", `${run.stream} has events that lie before those that they follow`);
    ({ position } = reached);
  }

  function append({ stream, first, events }: Run): Promise<Appended> {
    return eventStore.append(stream, events, first === 0n ? "no_stream" : first - 1n);
  }

  /** Appends what is not there yet; all that was before it is. */
  async function goOn(run: Run): Promise<Appended> {
    const { stream, first, events } = run;
    let reached: Appended | undefined;
    let written = 0;
    for await (const there of eventStore.readStream(stream, { from: first, limit: events.length })) {
      if (there.id !== events[written]?.id)
        throw new RestoreError("TENANT_EXISTS", `${stream} has another event at ${there.revision}`);
      reached = there;
      written++;
    }
    if (written === events.length && reached) return reached;
    return append({ ...run, first: first + BigInt(written), events: events.slice(written) });
  }

  return {
    async put(restoring: readonly Restoring[]): Promise<void> {
      for (const { stream, revision, event } of restoring) {
        const bytes = event.data.length + event.metadata.length;
        const isFull = gathering?.events.length === TOGETHER || (gathering?.bytes ?? 0) + bytes > BYTES;
        if (gathering?.stream !== stream || isFull) await send();
        gathering ??= { stream, first: revision, events: [], bytes: 0 };
        gathering.events.push(event);
        gathering.bytes += bytes;
      }
    },
    /** Writes what is left; gives where the history ends now. */
    async finish(): Promise<bigint> {
      await send();
      while (underWay.length > 0) await settleOldest();
      return position;
    },
  };
}
