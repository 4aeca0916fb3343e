import type { RecordedEvent as ClientEvent } from "@eventstore/db-client";
import type { RecordedEvent } from "./types.ts";

/** The client's event as ours. `position` comes beside it where the server is too old to write it into the event. */
export function recorded(event: ClientEvent, position?: bigint): RecordedEvent {
  return {
    id: event.id,
    type: event.type,
    stream: event.streamId,
    revision: event.revision,
    position: event.position?.commit ?? position ?? 0n,
    at: event.created,
    data: event.data,
    metadata: event.metadata,
  };
}
