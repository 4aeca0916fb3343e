import {
  auditQueries,
  type JsonValue,
  PLATFORM,
  parseInput,
  QueryEnvelope,
  refuse,
  subjects,
} from "@tradesage/contracts";
import { type EventStore, EventStoreUnavailable } from "@tradesage/event-store";
import type { Bus, BusRequest, Serving } from "@tradesage/message-bus";
import { readHistory } from "./read-history.ts";

export interface ServeAuditOptions {
  readonly bus: Pick<Bus, "serve">;
  readonly eventStore: Pick<EventStore, "readAll" | "head">;
}

/**
 * Answers auditors from the event store itself, not from what was made of it: what is kept is seen at once, so `after`
 * never waits.
 */
export function serveAudit({ bus, eventStore }: ServeAuditOptions): Promise<Serving> {
  async function answer({ subject, payload }: BusRequest): Promise<JsonValue> {
    const { query, tenant, data } = parseInput(QueryEnvelope, payload);
    const { auditEvents } = auditQueries;
    if (tenant === PLATFORM || query !== auditEvents.name || subject !== subjects.query("audit", tenant, query))
      return refuse("INVALID_INPUT", "the envelope names another tenant or query than its subject");
    const question = parseInput(auditEvents.schema, data);
    try {
      const position = String(await eventStore.head());
      return { position, answer: await readHistory(eventStore, tenant, question) };
    } catch (error) {
      if (error instanceof EventStoreUnavailable) return refuse("UNAVAILABLE");
      throw error;
    }
  }

  return bus.serve(subjects.queriesOf("audit"), "audit", answer);
}
