import { PLATFORM, parseStream, type Scope } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import { isOfPlatform } from "../projections.ts";

/** A scope's whole history after a position: a tenant's own streams; for the platform, those that it has read models of. */
export async function* readScope(
  eventStore: Pick<EventStore, "readAll">,
  scope: Scope,
  after: bigint,
): AsyncIterable<RecordedEvent> {
  const from = after === 0n ? {} : { after };
  if (scope !== PLATFORM) yield* eventStore.readAll({ ...from, streamPrefixes: [`${scope}-`] });
  else
    for await (const event of eventStore.readAll(from)) {
      const stream = parseStream(event.stream);
      if (stream && isOfPlatform(stream.aggregate)) yield event;
    }
}
