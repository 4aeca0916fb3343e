import type { EventStoreDBClient } from "@eventstore/db-client";
import type { EventStoreMetrics } from "./metrics.ts";

/** What every operation of the client works with. */
export interface Connection {
  readonly client: EventStoreDBClient;
  readonly metrics: EventStoreMetrics;
  readonly appendDeadlineMs: number;
}
