import type { TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import type { Connection } from "./connection.ts";
import { type Entry, entryOf, type History } from "./history.ts";

export interface LosslessOptions {
  readonly id: string;
  readonly tenant: TenantId;
  readonly after: bigint;
  readonly shows: (entry: Entry) => boolean;
}

/** A lossless subscription of one client: a cursor in the history, and nothing queued. */
export interface Lossless {
  /** Everything up to here was sent, or is not shown by it. */
  position(): bigint;
  stop(): void;
}

export interface LosslessParts {
  readonly history: History;
  readonly eventStore: Pick<EventStore, "readAll">;
  /** The history cannot be read for long. */
  readonly onFailure: (error: unknown) => void;
}

/** Events read from the event store at a time, as fast as the client takes them; to begin a reading costs the most. */
const PAGE = 4_096;
const RETRY_PAUSES_MS = [200, 1_000, 3_000, 5_000, 10_000];

/**
 * Sends what follows `after`, at the pace of the client: whenever its connection takes more, the next entries behind
 * the cursor are read, from memory if they are still there, else from the event store. A client that falls behind
 * reads on from the store; it costs no memory, and meets neither gap nor repeat.
 */
export function followLossless(connection: Connection, options: LosslessOptions, parts: LosslessParts): Lossless {
  const { id, tenant, shows } = options;
  const { history, eventStore, onFailure } = parts;
  const head = `{"type":"event","id":${JSON.stringify(id)},`;
  let cursor = options.after;
  let stopped = false;
  let wake = () => {};
  const listening = history.onEvent(tenant, () => wake());

  function take(entry: Entry): void {
    if (shows(entry)) connection.send(head + entry.members);
    cursor = entry.position;
  }

  /** Sends from memory what is there; false if the cursor is too far back for that. */
  function sendFromMemory(): boolean {
    const newest = history.position();
    const entries = history.after(tenant, cursor);
    if (!entries) return false;
    for (const entry of entries) {
      if (!connection.isWritable()) return true;
      take(entry);
    }
    if (newest > cursor) cursor = newest;
    return true;
  }

  async function sendFromStore(): Promise<void> {
    // Whatever this page does not show up to here does not exist: the read begins after the history came this far.
    const horizon = history.position();
    let count = 0;
    for await (const event of eventStore.readAll({ after: cursor, streamPrefixes: [`${tenant}-`], limit: PAGE })) {
      if (stopped || !connection.isWritable()) return;
      count++;
      const entry = entryOf(event);
      if (entry) take(entry);
    }
    if (count < PAGE && horizon > cursor) cursor = horizon;
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped && connection.isOpen()) {
      if (!connection.isWritable()) await connection.writable();
      else if (sendFromMemory()) {
        if (connection.isWritable()) await new Promise<void>((resolve) => (wake = resolve));
      } else {
        try {
          await sendFromStore();
          failures = 0;
        } catch (error) {
          const pause = RETRY_PAUSES_MS[failures++];
          if (pause === undefined) throw error;
          await new Promise((resolve) => setTimeout(resolve, pause));
        }
      }
    }
  }
  run().catch((error: unknown) => {
    if (!stopped) onFailure(error);
  });

  return {
    position: () => cursor,
    stop() {
      stopped = true;
      listening.stop();
      wake();
    },
  };
}
