import type { ProposedEvent, StoredEvent } from "./storage/event.ts";
import type { Expected, WriteOutcome, WriteRequest, Written } from "./storage/requests.ts";

/** So much goes into one transaction at most: a group must not keep the next one waiting for long. */
const MOST_REQUESTS = 1_000;
const MOST_BYTES = 8 * 1024 * 1024;

interface Pending {
  readonly request: WriteRequest;
  readonly bytes: number;
  readonly settle: (outcome: WriteOutcome) => void;
}

/** Everything that changes the store goes through here. */
export interface Committer {
  append(stream: string, events: readonly ProposedEvent[], expected: Expected): Promise<WriteOutcome>;
  commit(request: WriteRequest): Promise<WriteOutcome>;
  /** Comes true when everything that was asked for so far is answered. */
  idle(): Promise<void>;
}

/**
 * Group commit: while one group is on its way to the disk the next one gathers; each shares one transaction and one
 * sync, and nothing is answered before it. `onCommitted` is called before the answers are given.
 */
export function createCommitter(
  write: (group: readonly WriteRequest[]) => Promise<Written>,
  onCommitted: (requests: readonly WriteRequest[], events: readonly StoredEvent[]) => void,
): Committer {
  const waiting: Pending[] = [];
  let working = false;
  /** The answer to what was asked for last. */
  let newest: Promise<unknown> = Promise.resolve();

  async function work(): Promise<void> {
    // Those that arrive in the same turn of the event loop go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = take(waiting);
      const requests = group.map(({ request }) => request);
      try {
        const { outcomes, events } = await write(requests);
        onCommitted(requests, events);
        group.forEach(({ settle }, at) => {
          settle(outcomes[at] as WriteOutcome);
        });
      } catch (error) {
        for (const { settle } of group) settle({ kind: "failed", message: (error as Error).message });
      }
    }
    working = false;
  }

  function commit(request: WriteRequest): Promise<WriteOutcome> {
    const answer = new Promise<WriteOutcome>((settle) => waiting.push({ request, bytes: sizeOf(request), settle }));
    newest = answer;
    if (!working) {
      working = true;
      void work();
    }
    return answer;
  }

  return {
    commit,
    append: (stream, events, expected) => commit({ kind: "append", stream, events, expected }),
    async idle() {
      await newest;
    },
  };
}

function take(waiting: Pending[]): Pending[] {
  let count = 0;
  let bytes = 0;
  for (const pending of waiting) {
    bytes += pending.bytes;
    if (count > 0 && (count === MOST_REQUESTS || bytes > MOST_BYTES)) break;
    count++;
  }
  return waiting.splice(0, count);
}

const sizeOf = (request: WriteRequest): number =>
  request.kind === "append"
    ? request.events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0)
    : 0;
