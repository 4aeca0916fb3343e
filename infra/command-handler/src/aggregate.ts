import { type EventMetadata, type EventType, type JsonObject, upcast } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import type { EventStore } from "@tradesage/event-store";

/** What is kept of an accepted command: enough to know a repeat, and to read its answer back. */
export interface Answered {
  readonly digest: string;
  /** Revisions of its first and last event, and of the last event that was written together with them. */
  readonly first: bigint;
  readonly last: bigint;
  readonly through: bigint;
  /** When the command came: milliseconds since the epoch. */
  readonly at: number;
}

/** An aggregate as its stream tells it, up to and with `revision`. */
export interface Aggregate<State> {
  readonly state: State;
  /** -1 before the first event. */
  readonly revision: bigint;
  /** Where its last event stands in the whole history; 0 before the first. */
  readonly position: bigint;
  /** Commands of the last 24 hours by their ids, oldest first. */
  readonly answered: Map<string, Answered>;
}

/** How long a repeated command is known as one. */
const REPEATS_KNOWN_FOR_MS = 24 * 60 * 60 * 1000;

/** Forgets the commands that are older than a repeat may be. */
export function forgetOld(answered: Map<string, Answered>, now: number): void {
  for (const [id, { at }] of answered) {
    if (at > now - REPEATS_KNOWN_FOR_MS) return;
    answered.delete(id);
  }
}

export interface LoadOptions<State, Event> {
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly decider: Pick<Decider<State, never, Event, never>, "initialState" | "evolve">;
  readonly events: Readonly<Record<string, EventType>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Folds a whole stream; one that does not exist gives the initial state. */
export async function loadAggregate<State, Event>(
  { eventStore, decider, events, now }: LoadOptions<State, Event>,
  stream: string,
): Promise<Aggregate<State>> {
  const oldest = now() - REPEATS_KNOWN_FOR_MS;
  const answered = new Map<string, Answered>();
  let state = decider.initialState;
  let revision = -1n;
  let position = 0n;
  for await (const recorded of eventStore.readStream(stream)) {
    const metadata = recorded.metadata as EventMetadata;
    const data = upcast(events, {
      type: recorded.type,
      data: recorded.data as JsonObject,
      schema: metadata.schema,
    });
    state = decider.evolve(state, { type: recorded.type, data } as Event);
    ({ revision, position } = recorded);
    const at = Date.parse(metadata.at);
    if (at > oldest) {
      answered.set(metadata.command, {
        digest: metadata.digest,
        first: answered.get(metadata.command)?.first ?? revision,
        last: revision,
        through: metadata.through === undefined ? revision : BigInt(metadata.through),
        at,
      });
    }
  }
  return { state, revision, position, answered };
}
