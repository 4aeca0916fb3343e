import type { EventStoreDBClient } from "@eventstore/db-client";
import type { EventStoreMetrics } from "./metrics.ts";
import type { AppendCall } from "./wire/append-call.ts";

/** What every operation of the client works with. */
export interface Connection {
  readonly client: EventStoreDBClient;
  readonly makeAppend: AppendCall;
  readonly metrics: EventStoreMetrics;
  readonly appendDeadlineMs: number;
}
