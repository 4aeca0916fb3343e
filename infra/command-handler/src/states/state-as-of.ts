import {
  type EventMetadata,
  type EventType,
  type JsonObject,
  type JsonValue,
  type LastEvent,
  refuse,
  type StateAsOf,
  type StateQuestion,
  upcast,
} from "@tradesage/contracts";
import { type EventStore, isAfter } from "@tradesage/event-store";
import { difference, partOf } from "./difference.ts";

/** How an aggregate is folded from its events: a `Decider` of whichever state and events. */
export interface Foldable {
  readonly decider: { readonly initialState: unknown; evolve(state: unknown, event: unknown): unknown };
  readonly events: Readonly<Record<string, EventType>>;
}

/** An answer must fit into one message of the bus (1 MiB). */
const MOST_BYTES = 768 * 1024;

/**
 * What a stream's aggregate was at a moment, and what is different from an earlier one, as its own `evolve` folds it.
 * @throws Refused HISTORY_TOO_LONG when that takes longer than `withinMs`; ANSWER_TOO_LARGE; EventStoreUnavailable.
 */
export async function stateAsOf(
  eventStore: Pick<EventStore, "readStream">,
  { decider, events }: Foldable,
  stream: string,
  { at, since, path }: StateQuestion,
  withinMs: number,
): Promise<StateAsOf> {
  const end = performance.now() + withinMs;
  let state: unknown = decider.initialState;
  let earlier: { readonly state: unknown } | undefined;
  let last: LastEvent | undefined;
  for await (const event of eventStore.readStream(stream)) {
    if (at !== undefined && isAfter(event, at)) break;
    if (since !== undefined && isAfter(event, since)) earlier ??= { state };
    if (performance.now() > end) return refuse("HISTORY_TOO_LONG", undefined, { reached: String(event.revision) });
    const { schema } = event.metadata as EventMetadata;
    const data = upcast(events, { type: event.type, data: event.data as JsonObject, schema });
    state = decider.evolve(state, { type: event.type, data });
    last = { position: String(event.position), recordedAt: event.at.toISOString() };
  }
  const told = partOf(toJson(state), path);
  const changes =
    since === undefined ? undefined : difference(partOf(toJson((earlier ?? { state }).state), path), told, path);
  const answer = { ...(last && { last }), state: told ?? null, ...(changes && { changes }) };
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  return bytes <= MOST_BYTES ? answer : refuse("ANSWER_TOO_LARGE", "ask for a part of it by `path`", { bytes });
}

/** A state as JSON: decimals and persistent collections know how; sets and maps of the language do not. */
function toJson(state: unknown): JsonValue | undefined {
  const text = JSON.stringify(state, (_, value: unknown) => {
    if (value instanceof Set) return [...value];
    return value instanceof Map ? Object.fromEntries(value) : value;
  });
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
}
