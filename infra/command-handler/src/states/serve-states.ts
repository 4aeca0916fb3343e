import {
  type JsonObject,
  type JsonValue,
  parseInput,
  QueryEnvelope,
  type QueryType,
  refuse,
  type StateQuestion,
  subjects,
  TenantId,
} from "@tradesage/contracts";
import { type EventStore, EventStoreUnavailable } from "@tradesage/event-store";
import type { Bus, Serving } from "@tradesage/message-bus";
import { type Foldable, stateAsOf } from "./state-as-of.ts";

/** An aggregate that auditors may ask after: by which query, and whose stream that is. */
export interface AuditedAggregate extends Foldable {
  readonly query: QueryType;
  readonly streamOf: (tenant: TenantId, data: JsonObject) => string;
}

/** What is left of the caller's patience when a long history is given up. */
const TIME_TO_ANSWER_MS = 500;

/** Answers auditors what a service's aggregates were at any moment, from the event store. */
export function serveStates(
  bus: Pick<Bus, "serve">,
  service: string,
  eventStore: Pick<EventStore, "readStream" | "head">,
  aggregates: readonly AuditedAggregate[],
): Promise<Serving> {
  const byName = new Map(aggregates.map((aggregate) => [aggregate.query.name, aggregate]));

  return bus.serve(
    subjects.queriesOf(service),
    service,
    async ({ subject, payload, deadlineMs }): Promise<JsonValue> => {
      const envelope = parseInput(QueryEnvelope, payload);
      const { query } = envelope;
      const aggregate = byName.get(query);
      if (!aggregate || subject !== subjects.query(service, envelope.tenant, query))
        return refuse("INVALID_INPUT", "the envelope names another tenant or query than its subject");
      const tenant = parseInput(TenantId, envelope.tenant);
      const data = parseInput(aggregate.query.schema, envelope.data) as JsonObject;
      try {
        const position = String(await eventStore.head());
        const question = data as unknown as StateQuestion;
        const patience = deadlineMs - TIME_TO_ANSWER_MS;
        const answer = await stateAsOf(eventStore, aggregate, aggregate.streamOf(tenant, data), question, patience);
        return { position, answer: answer as unknown as JsonValue };
      } catch (error) {
        if (error instanceof EventStoreUnavailable) return refuse("UNAVAILABLE");
        throw error;
      }
    },
  );
}
