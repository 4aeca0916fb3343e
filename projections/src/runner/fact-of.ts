import { EventMetadata, type EventType, type JsonObject, type Scope, upcast } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { Fact } from "../projection.ts";

/**
 * What an event says, by its contract; `owner` is whose stream it lies in. It is parsed once for all read models: the
 * kind of its stream says what its data are.
 * @throws Error, for an event that is not what its type says: it is not skipped.
 */
export function factOf(event: RecordedEvent, type: EventType, owner: Scope): Fact {
  const known = facts.get(event);
  if (known) return known;
  const { tenant, actor, at, schema } = EventMetadata.parse(event.metadata);
  if (tenant !== owner) throw new Error(`an event of ${tenant} lies in a stream of ${owner}`);
  const data = upcast({ [type.name]: type }, { type: event.type, data: event.data as JsonObject, schema });
  const place = { revision: String(event.revision), position: String(event.position) };
  const fact = { data: type.schema.parse(data), actor, at, ...place };
  facts.set(event, fact);
  return fact;
}

const facts = new WeakMap<RecordedEvent, Fact>();
