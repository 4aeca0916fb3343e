import { type EventMetadata, type EventType, type JsonObject, upcast } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import type { EventStore } from "@tradesage/event-store";
import type { Logger } from "@tradesage/telemetry";
import { type Aggregate, type Answered, REPEATS_KNOWN_FOR_MS } from "./aggregate.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";

export interface LoadOptions<State, Event> {
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly decider: Pick<Decider<State, never, Event, never>, "initialState" | "evolve">;
  readonly events: Readonly<Record<string, EventType>>;
  readonly snapshots: Snapshots<State> | undefined;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Tells how many events of the stream it has been through, as it goes on. */
type Reached = (events: bigint) => void;

/** An aggregate out of its newest snapshot and what came since, else out of its whole stream. */
export async function loadAggregate<State, Event>(
  options: LoadOptions<State, Event>,
  stream: string,
  reached: Reached,
): Promise<Aggregate<State>> {
  const snapshot = await options.snapshots?.newest(stream);
  if (snapshot) {
    const loaded = await foldOnto(options, stream, snapshot, reached);
    if (loaded) return loaded;
    options.logger.warn({ stream }, "a snapshot is of another history; the whole history is folded");
  }
  const { initialState: state } = options.decider;
  const nothing = { state, revision: -1n, position: 0n, event: "", snapshot: -1n, answered: new Map() };
  return (await foldOnto(options, stream, nothing, reached)) ?? nothing;
}

/**
 * Folds the events behind those that an aggregate has seen already. Reading begins with the last one of these: where
 * that is not the one that it was, as after a restore, there is no result. The answers of both are in one map, to which
 * those that are new come at once when all has been read.
 */
export async function foldOnto<State, Event>(
  { eventStore, decider, events, now }: LoadOptions<State, Event>,
  stream: string,
  begin: Aggregate<State>,
  reached: Reached = () => {},
): Promise<Aggregate<State> | undefined> {
  const { answered, snapshot } = begin;
  const since = new Map<string, Answered>();
  const oldest = now() - REPEATS_KNOWN_FOR_MS;
  let { state, revision, position, event } = begin;
  let isSame = revision < 0n;
  for await (const recorded of eventStore.readStream(stream, { from: isSame ? "start" : revision })) {
    if (!isSame) {
      isSame = recorded.revision === revision && recorded.id === event;
      if (!isSame) return undefined;
      position = recorded.position;
      continue;
    }
    const metadata = recorded.metadata as EventMetadata;
    const data = upcast(events, {
      type: recorded.type,
      data: recorded.data as JsonObject,
      schema: metadata.schema,
    });
    state = decider.evolve(state, { type: recorded.type, data } as Event);
    ({ revision, position, id: event } = recorded);
    reached(revision + 1n);
    const at = Date.parse(metadata.at);
    if (at > oldest) {
      since.set(metadata.command, {
        digest: metadata.digest,
        first: since.get(metadata.command)?.first ?? revision,
        last: revision,
        through: metadata.through === undefined ? revision : BigInt(metadata.through),
        at,
      });
    }
  }
  for (const [command, answer] of since) answered.set(command, answer);
  return isSame ? { state, revision, position, event, snapshot, answered } : undefined;
}
