import { fromLines, type SnapshotStore, sourceVersion, toLines } from "@tradesage/command-handler";
import type { JsonObject, JsonValue } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import type { Logger } from "@tradesage/telemetry";
import { z } from "zod";

/** A history up to a position: the events of it that are needed still, in order. */
interface ShortHistory {
  readonly position: bigint;
  /** The last event that was delivered of it. */
  readonly last: RecordedEvent;
  readonly events: readonly RecordedEvent[];
}

export interface HistorySnapshots {
  /** The newest one that is of this code and of this history; none is always right, and only slower. Never throws. */
  newest(): Promise<ShortHistory | undefined>;
  /** Has one written in the background. Never throws. */
  keep(history: ShortHistory): Promise<void>;
}

const NAME = "trading/history";
const Whole = z.string().transform(BigInt);
const Header = z.object({ version: z.string(), position: Whole });
const Kept = z.object({
  id: z.string(),
  type: z.string(),
  stream: z.string(),
  revision: Whole,
  position: Whole,
  at: z.string().transform((text) => new Date(text)),
  data: z.unknown(),
  metadata: z.unknown(),
});

/** Keeps what is needed of the history in the bucket of snapshots, so that a start reads that and what came since. */
export function createHistorySnapshots(
  store: SnapshotStore,
  eventStore: Pick<EventStore, "readStream" | "head">,
  logger: Logger,
): HistorySnapshots {
  const version = sourceVersion(import.meta.url, import.meta.resolve("./still-needed.ts"));

  async function read(bytes: Uint8Array): Promise<ShortHistory | undefined> {
    const pieces = fromLines(bytes);
    const next = async () => (await pieces.next()).value;
    const header = Header.parse(await next());
    if (header.version !== version) return undefined;
    const last = Kept.parse(await next());
    const events: RecordedEvent[] = [];
    for await (const piece of pieces) events.push(Kept.parse(piece));
    return { position: header.position, last, events };
  }

  /** The store may have been restored from a backup, and its positions be others. */
  async function isOfThisHistory({ position, last }: ShortHistory): Promise<boolean> {
    if ((await eventStore.head()) < position) return false;
    for await (const { id, position } of eventStore.readStream(last.stream, { from: last.revision, limit: 1 }))
      return id === last.id && position === last.position;
    return false;
  }

  return {
    async newest() {
      try {
        const bytes = await store.get(NAME);
        const history = bytes && (await read(bytes));
        if (history && (await isOfThisHistory(history))) return history;
        if (history) logger.warn("the snapshot is of another history; the whole history is followed");
      } catch (error) {
        logger.warn({ err: error }, "the snapshot cannot be read; the whole history is followed");
      }
      return undefined;
    },
    async keep({ position, last, events }) {
      function* pieces(): Generator<JsonValue> {
        yield { version, position: String(position) };
        yield written(last);
        for (const event of events) yield written(event);
      }
      await store.put(NAME, toLines(pieces())).catch((error: unknown) => {
        logger.warn({ err: error }, "a snapshot of the history could not be taken");
      });
    },
  };
}

const written = ({ revision, position, at, data, metadata, ...event }: RecordedEvent): JsonObject => ({
  ...event,
  revision: String(revision),
  position: String(position),
  at: at.toISOString(),
  data: data as JsonObject,
  metadata: metadata as JsonObject,
});
